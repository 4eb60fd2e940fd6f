import { copyFile, mkdir, mkdtemp, stat, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { z } from "zod";
import { GuestError } from "../../../errors/guest-error";
import { type Archive, archiveSchema, assetSchema, textOf } from "../../sources/asset";
import { privateDirectory } from "../../sources/private-directory";
import { fetchRemoteAsset } from "../../sources/remote-asset";
import { exclusion } from "./exclusion";
import { readSourceTree, type SourceTree, treeOfRecord } from "./source-tree";
import type { GuestDirectoryInputs, GuestDirectoryState } from "../schema";
import { isArchiveFile, unpackArchive } from "./unpack-archive";

/** Archives unpacked in this process, by path, size and modification time. */
const unpacked = new Map<string, Promise<string>>();

/**
 * The tree that `source` declares, undefined without one: a local directory as it is, an archive unpacked on this machine
 * into a private directory.
 */
export async function sourceTree(want: DeclaredTree, signal: AbortSignal): Promise<SourceTree | undefined> {
  if (want.source === undefined) return undefined;
  return readSourceTree(await localDirectory(want.source, signal), exclusion(want.exclude));
}

/**
 * The tree to compare the guest with. Where the engine left an archive's contents out (diff, read:
 * docs/reference/pulumi.md#values-on-the-wire) it is the recorded one, as long as the hash is the recorded one;
 * undefined where nothing tells what the archive holds.
 */
export async function treeToCompare(
  want: DeclaredTree,
  recorded: GuestDirectoryState | undefined,
  signal: AbortSignal,
): Promise<SourceTree | undefined> {
  if (!isElided(want.source)) return sourceTree(want, signal);
  const isRecorded = typeof recorded?.source === "object" && recorded.source.hash === want.source.hash;
  return isRecorded ? treeOfRecord(recorded, exclusion(want.exclude)) : undefined;
}

/** True for an archive of which only the hash is told. */
export function isElided(source: DeclaredTree["source"]): source is Archive {
  return typeof source === "object" && (source.path ?? source.uri ?? source.assets) === undefined;
}

/** The inputs that say what a directory holds. */
export type DeclaredTree = Partial<Pick<GuestDirectoryInputs, "source" | "exclude">>;

async function localDirectory(source: string | Archive, signal: AbortSignal): Promise<string> {
  if (typeof source === "string") return unpackedIfArchive(source);
  if (source.path !== undefined) return unpackedIfArchive(source.path);
  if (source.uri !== undefined) return unpackedIfArchive(await fetchRemoteAsset(source.uri, signal), source.uri);
  if (source.assets !== undefined) return assembled(source.assets, signal);
  throw new GuestError("INVALID_INPUT", "source is an archive of which Pulumi told only the hash, not the content");
}

async function unpackedIfArchive(path: string, name = path): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || !isArchiveFile(name)) return path;
  const key = `${path} ${found.size} ${found.mtimeMs}`;
  const target = unpacked.get(key) ?? unpackPrivately(path, name);
  unpacked.set(key, target);
  target.catch(() => unpacked.delete(key));
  return target;
}

async function unpackPrivately(path: string, name: string): Promise<string> {
  const target = await mkdtemp(join(privateDirectory(), "archive-"));
  await unpackArchive(path, name, target);
  return target;
}

/** Lays the named assets and archives of an AssetArchive out as files. */
async function assembled(assets: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
  const root = await mkdtemp(join(privateDirectory(), "assets-"));
  for (const [name, value] of Object.entries(assets)) {
    const path = normalize(join(root, name));
    if (!path.startsWith(root + sep))
      throw new GuestError("INVALID_INPUT", `source: the asset ${name} leads out of its archive`);
    await mkdir(dirname(path), { recursive: true });
    await lay(z.union([assetSchema, archiveSchema]).parse(value), path, signal);
  }
  return root;
}

async function lay(value: z.infer<typeof assetSchema> | Archive, path: string, signal: AbortSignal): Promise<void> {
  const asset = assetSchema.safeParse(value);
  if (!asset.success)
    throw new GuestError(
      "INVALID_INPUT",
      "source: an archive within an AssetArchive is not supported; give its files as assets",
    );
  const text = textOf(asset.data);
  if (text !== undefined) return writeFile(path, text);
  if (asset.data.path !== undefined) return copyFile(asset.data.path, path);
  if (asset.data.uri !== undefined) return copyFile(await fetchRemoteAsset(asset.data.uri, signal), path);
  throw new GuestError("INVALID_INPUT", "source: an asset without path, text or uri");
}
