import { opendirSync } from "node:fs";
import type { AgentFileInfo } from "../../guest-agent";
import type { NameFilter } from "../../pattern/name-filter";
import { ErrnoError } from "../../vix";
import type { PathTree } from "../path-tree";
import { readFileInfo } from "./file-info";

export interface FileListing {
  readonly files: AgentFileInfo[];
  readonly remaining: number;
}

/**
 * ListFilesInGuest (docs/reference/guest-operations.md#listings): a directory's base names in directory order after "."
 * and "..", or the one object itself under the path as sent. Files that cannot be opened are left out but keep their
 * place in the page.
 */
export function listFiles(
  tree: PathTree,
  path: string,
  index: number,
  maxResults: number,
  filter: NameFilter,
): FileListing {
  const own = tree.locate(path, { followLast: false });
  const target = own.stats?.isSymbolicLink() === true ? tree.locate(path, { followLast: true }) : own;
  if (target.stats === undefined) throw new ErrnoError("ENOENT");
  const isDirectory = own.stats?.isDirectory() === true;
  const names = filter(isDirectory ? readDirectory(own.hostPath) : [path]);
  const page = names.slice(index, index + maxResults);
  const infos = page.map((name) =>
    isDirectory ? readFileInfo(tree, `${path}/${name}`, name) : readFileInfo(tree, path, path),
  );
  return {
    files: infos.filter((info) => info !== undefined),
    remaining: Math.max(0, names.length - index - maxResults),
  };
}

/** All names in the order of the file system, "." and ".." first. */
export function readDirectory(hostPath: string): string[] {
  const names = [".", ".."];
  const directory = opendirSync(hostPath);
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) names.push(entry.name);
  } finally {
    directory.closeSync();
  }
  return names;
}
