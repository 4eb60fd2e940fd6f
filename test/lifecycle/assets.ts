import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { archiveSignature, assetSignature, signatureKey } from "../../provider/resources/sources/asset";
import type { Properties } from "./host";

/** Assets and archives as the engine puts them on the wire: with the hash that it computes, without what is empty. */
export const textAsset = (text: string) => asset({ text }, text);
export const fileAsset = (path: string) => asset({ path }, readFileSync(path));
export const remoteAsset = (uri: string, bytes: Uint8Array) => asset({ uri }, bytes);

export const fileArchive = (path: string) => archive({ path }, contentsOf(path));
export const remoteArchive = (uri: string, path: string) => archive({ uri }, contentsOf(path));
/** Assets within an archive have no hash of their own. */
export const assetArchive = (assets: Readonly<Record<string, object>>) => {
  const plain = Object.entries(assets).map(([name, one]) => [name, { ...one, hash: undefined }]);
  return archive({ assets: Object.fromEntries(plain) as object }, JSON.stringify(assets));
};

/** As the engine sends them in diff, read, delete and as old values of update: assets and archives keep their hash only. */
export function elided(properties: Properties): Properties {
  return mapSpecial(properties, ({ [signatureKey]: signature, hash }) => ({ [signatureKey]: signature, hash }));
}

/** What the engine records of a read: what it left out of `inputs` before is put back where the hash is the same. */
export function restored(read: Properties, inputs: Properties): Properties {
  const originals = new Map<unknown, object>();
  mapSpecial(inputs, (one) => {
    originals.set(one.hash, one);
    return one;
  });
  return mapSpecial(read, (one) => originals.get(one.hash) ?? one);
}

function asset(source: object, bytes: Uint8Array | string): object {
  return marked(assetSignature, source, bytes);
}

function archive(source: object, bytes: Uint8Array | string): object {
  return marked(archiveSignature, source, bytes);
}

function marked(signature: string, source: object, bytes: Uint8Array | string): object {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const known = Object.entries(source).filter(([, value]) => value !== "");
  return { [signatureKey]: signature, hash, ...Object.fromEntries(known) };
}

/** What an archive's hash depends on. */
function contentsOf(path: string): Uint8Array | string {
  if (statSync(path).isFile()) return readFileSync(path);
  const names = (readdirSync(path, { recursive: true }) as string[]).sort();
  const files = names.filter((name) => statSync(join(path, name)).isFile());
  return JSON.stringify([names, files.map((name) => readFileSync(join(path, name), "base64"))]);
}

function mapSpecial(properties: Properties, map: (special: Properties) => object): Properties {
  const mapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapped);
    if (typeof value !== "object" || value === null) return value;
    const signature = (value as Properties)[signatureKey];
    if (signature === assetSignature || signature === archiveSignature) return map(value as Properties);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item)]));
  };
  return mapped(properties) as Properties;
}
