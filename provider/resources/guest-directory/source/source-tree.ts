import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { GuestError } from "../../../errors/guest-error";
import { onThisMachine } from "../../../errors/on-this-machine";
import { throwIfAborted } from "../../../operation/abort";
import { KeyedMemo } from "../../../operation/memo";
import { impossibleInXml, replacementCharacter } from "../../../values/impossible-in-xml";
import { sha256OfLocalFile } from "../../sources/local-file";
import type { GuestDirectoryState } from "../schema";
import type { IsExcluded } from "./exclusion";
import { entriesLimit } from "./unpacking-limits";

/** A file that a source declares. Its path in the tree is the key under which it stands. */
export interface SourceFile {
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Where the bytes are on this machine; absent in a tree that a record tells, which is good for comparing only. */
  readonly localPath?: string;
}

/** What a source declares below the directory: paths relative to it, `/` between their parts, sorted. */
export interface SourceTree {
  readonly directories: readonly string[];
  readonly files: ReadonlyMap<string, SourceFile>;
}

/**
 * Reads a local directory; every file is streamed once for its hash. Links may lead to what is inside the directory only,
 * and not to what holds them. INVALID_INPUT for these, for what can't be read, and for more than a tree may have.
 */
export async function readSourceTree(
  directory: string,
  isExcluded: IsExcluded,
  signal: AbortSignal,
): Promise<SourceTree> {
  const root = await rootOf(directory);
  const reader = new TreeReader(root, isExcluded, signal);
  await onThisMachine(`source ${directory} cannot be read`, () => reader.read());
  const files = new Map([...reader.files].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { directories: reader.directories.sort(), files };
}

/** The tree as it was when it was last brought to the guest. */
export function treeOfRecord(recorded: GuestDirectoryState, isExcluded: IsExcluded): SourceTree {
  const files = Object.entries(recorded.files ?? {}).filter(([path]) => !isExcluded(path));
  const directories = (recorded.directories ?? []).filter((path) => !isExcluded(path));
  return { directories: directories.sort(), files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** A file of the tree and where its bytes are; not for trees of a record. */
export function localFile(tree: SourceTree, path: string): SourceFile & { readonly localPath: string } {
  const file = tree.files.get(path);
  if (file?.localPath === undefined) throw new Error(`unreachable: ${path} is not in source`);
  return { ...file, localPath: file.localPath };
}

/** One hash for the whole tree: its directories, and the paths and hashes of its files. */
export function treeSha256(tree: SourceTree): string {
  const hash = createHash("sha256");
  for (const path of tree.directories) hash.update(`directory ${path}\0`);
  for (const [path, { sha256 }] of tree.files) hash.update(`file ${path}\0${sha256}\0`);
  return hash.digest("hex");
}

async function rootOf(directory: string): Promise<string> {
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new GuestError("INVALID_INPUT", `source ${directory} cannot be read on this machine: ${String(error)}`, {
      cause: error,
    });
  }
  throw new GuestError(
    "INVALID_INPUT",
    `source ${directory} is not a directory, and not a .tar, .tar.gz, .tgz or .zip archive`,
  );
}

/** Pulumi's values, and all that reads them, lose a key of this name without a word. */
const unrecordableName = "__proto__";

/** An object on this machine where it really is. */
interface LocalObject {
  readonly localPath: string;
  readonly found: Stats;
}

class TreeReader {
  readonly directories: string[] = [];
  readonly files = new Map<string, SourceFile>();
  readonly #root: string;
  readonly #isExcluded: IsExcluded;
  readonly #signal: AbortSignal;
  /** Links make many ways to one directory or file: each is looked at once, by where it really is. */
  readonly #names = new KeyedMemo<string, readonly string[]>();
  readonly #objects = new KeyedMemo<string, LocalObject>();
  readonly #hashes = new KeyedMemo<string, string>();

  constructor(root: string, isExcluded: IsExcluded, signal: AbortSignal) {
    this.#root = root;
    this.#isExcluded = isExcluded;
    this.#signal = signal;
  }

  /** Reads what `path` of the tree holds. `holders`: where the directory and those on the way to it really are, it last. */
  async read(path = "", holders: readonly string[] = [this.#root]): Promise<void> {
    const directory = holders.at(-1) ?? this.#root;
    for (const name of await this.#names.get(directory, () => readdir(directory))) {
      const child = path === "" ? name : `${path}/${name}`;
      if (this.#isExcluded(child)) continue;
      if (child === unrecordableName)
        throw this.#refusal(child, "no state can hold a file or directory of this name. Rename it, or exclude it");
      const impossible = name.includes(replacementCharacter) ? "bytes that are not UTF-8" : impossibleInXml(name);
      if (impossible !== undefined)
        throw this.#refusal(child, `VMware Tools can't tell of a name with ${impossible}. Rename it, or exclude it`);
      throwIfAborted(this.#signal);
      await this.#readChild(child, join(directory, name), holders);
    }
  }

  async #readChild(path: string, at: string, holders: readonly string[]): Promise<void> {
    const { localPath, found } = await this.#objects.get(at, () => objectAt(at));
    const within = relative(this.#root, localPath);
    if (within === ".." || within.startsWith(`..${sep}`))
      throw this.#refusal(path, "it is a link that leads out of the source directory");
    if (holders.includes(localPath))
      throw this.#refusal(path, "it is a link to a directory that holds it, so it has no end");
    if (this.directories.length + this.files.size >= entriesLimit)
      throw this.#refusal(
        path,
        `the source has more than ${entriesLimit} files and directories, each of which stands in the state`,
      );
    if (found.isDirectory()) {
      this.directories.push(path);
      await this.read(path, [...holders, localPath]);
    } else if (found.isFile()) {
      const sha256 = await this.#hashes.get(localPath, () => sha256OfLocalFile(localPath, this.#signal));
      this.files.set(path, { sizeBytes: found.size, sha256, localPath });
    } else throw this.#refusal(path, "it is neither a file nor a directory");
  }

  #refusal(path: string, why: string): GuestError {
    return new GuestError("INVALID_INPUT", `source ${join(this.#root, path)}: ${why}`);
  }
}

async function objectAt(path: string): Promise<LocalObject> {
  const localPath = await realpath(path);
  return { localPath, found: await stat(localPath) };
}
