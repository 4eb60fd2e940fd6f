import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { z } from "zod";
import { GuestError } from "../../../errors/guest-error";
import { onThisMachine } from "../../../errors/on-this-machine";
import { throwIfAborted } from "../../../operation/abort";
import { type Archive, archiveSchema, assetSchema, textOf } from "../../sources/asset";
import { privateDirectory } from "../../sources/private-directory";
import { fetchRemoteAsset } from "../../sources/remote-asset";
import { SharedWork } from "../../sources/shared-work";
import { exclusion } from "./exclusion";
import { readSourceTree, type SourceTree, treeOfRecord } from "./source-tree";
import type { GuestDirectoryInputs, GuestDirectoryState } from "../schema";
import { isArchiveFile, unpackArchive } from "./unpack-archive";

/** Archives unpacked in this process, by path, size and modification time. */
const unpacked = new SharedWork<string>();

/**
 * The tree that `source` declares, undefined without one: a local directory as it is, an archive unpacked on this machine
 * into a private directory.
 */
export async function sourceTree(want: DeclaredTree, signal: AbortSignal): Promise<SourceTree | undefined> {
  if (want.source === undefined) return undefined;
  return readSourceTree(await localDirectory(want.source, signal), exclusion(want.exclude), signal);
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
  if (typeof source === "string") return unpackedIfArchive(source, signal);
  if (source.path !== undefined) return unpackedIfArchive(source.path, signal);
  if (source.uri !== undefined)
    return unpackedIfArchive(await fetchRemoteAsset(source.uri, signal), signal, source.uri);
  if (source.assets !== undefined) return assembled(source.assets, signal);
  throw new GuestError("INVALID_INPUT", "source is an archive of which Pulumi told only the hash, not the content");
}

async function unpackedIfArchive(path: string, signal: AbortSignal, name = path): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || !isArchiveFile(name)) return path;
  const key = `${path} ${found.size} ${found.mtimeMs}`;
  return unpacked.do(key, signal, (shared) =>
    inPrivateDirectory("archive-", (target) => unpackArchive(path, name, target, shared)),
  );
}

/** Fills a new directory of this process's own; nothing of it stays where that fails. */
async function inPrivateDirectory(prefix: string, fill: (directory: string) => Promise<void>): Promise<string> {
  const directory = await mkdtemp(join(privateDirectory(), prefix));
  try {
    await fill(directory);
    return directory;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Lays the named assets and archives of an AssetArchive out as files. */
async function assembled(assets: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
  return inPrivateDirectory("assets-", async (root) => {
    for (const [name, value] of Object.entries(assets)) {
      const path = normalize(join(root, name));
      if (!path.startsWith(root + sep))
        throw new GuestError("INVALID_INPUT", `source: the asset ${name} leads out of its archive`);
      throwIfAborted(signal);
      await onThisMachine(`source: the asset ${name} cannot be read`, async () => {
        await mkdir(dirname(path), { recursive: true });
        await lay(z.union([assetSchema, archiveSchema]).parse(value), path, signal);
      });
    }
  });
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
