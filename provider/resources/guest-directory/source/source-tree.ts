import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { GuestError } from "../../../errors/guest-error";
import { sha256OfLocalFile } from "../../sources/local-file";
import type { GuestDirectoryState } from "../schema";
import type { IsExcluded } from "./exclusion";

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

/** Reads a local directory; every file is streamed once for its hash. Links may lead to what is inside the directory only. */
export async function readSourceTree(directory: string, isExcluded: IsExcluded): Promise<SourceTree> {
  const reader = new TreeReader(await rootOf(directory), isExcluded);
  await reader.read("");
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

class TreeReader {
  readonly directories: string[] = [];
  readonly files = new Map<string, SourceFile>();
  readonly #root: string;
  readonly #isExcluded: IsExcluded;

  constructor(root: string, isExcluded: IsExcluded) {
    this.#root = root;
    this.#isExcluded = isExcluded;
  }

  async read(path: string): Promise<void> {
    const names = await readdir(join(this.#root, path));
    for (const name of names) {
      const child = path === "" ? name : `${path}/${name}`;
      if (this.#isExcluded(child)) continue;
      if (child === unrecordableName) {
        const why = "no state can hold a file or directory of this name. Rename it, or exclude it";
        throw new GuestError("INVALID_INPUT", `source ${join(this.#root, name)}: ${why}`);
      }
      await this.#readChild(child);
    }
  }

  async #readChild(path: string): Promise<void> {
    const localPath = await realpath(join(this.#root, path));
    const within = relative(this.#root, localPath);
    if (within === ".." || within.startsWith(`..${sep}`)) {
      throw new GuestError(
        "INVALID_INPUT",
        `source ${join(this.#root, path)} is a link that leads out of the source directory`,
      );
    }
    const found = await stat(localPath);
    if (found.isDirectory()) {
      this.directories.push(path);
      await this.read(path);
    } else if (found.isFile()) {
      this.files.set(path, { sizeBytes: found.size, sha256: await sha256OfLocalFile(localPath), localPath });
    } else {
      throw new GuestError("INVALID_INPUT", `source ${localPath} is neither a file nor a directory`);
    }
  }
}
