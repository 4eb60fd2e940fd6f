import { lstatSync, mkdirSync, rmdirSync, unlinkSync } from "node:fs";
import { VixError } from "../../guest-agent";
import { ErrnoError, errnoOf, vixErrors } from "../../vix";
import type { PathTree } from "../path-tree";
import { readDirectory } from "./list-files";

const privateDirectory = 0o700;

/** How the two recorded agents differ in MakeDirectory with parents below a directory that may not be written. */
export interface MakeDirectoryDialect {
  readonly deniedParentIsMissing: boolean;
}

/** MakeDirectoryInGuest: never `mkdir -p`, anything at the path is VIX 12; new directories are private. */
export function makeDirectory(
  tree: PathTree,
  path: string,
  createParents: boolean,
  dialect: MakeDirectoryDialect,
): void {
  const existing = statFollowed(tree, path);
  if (existing !== undefined) throw new ErrnoError("EEXIST");
  if (!createParents) {
    mkdirSync(tree.locateForChange(path, { followLast: false }).hostPath, { mode: privateDirectory });
    return;
  }
  try {
    makeWithParents(tree, path);
  } catch (error) {
    const denied = errnoOf(error) === "EACCES" || errnoOf(error) === "EPERM";
    throw denied && dialect.deniedParentIsMissing ? new ErrnoError("ENOENT") : error;
  }
}

function makeWithParents(tree: PathTree, path: string): void {
  const ends = [...path.matchAll(/[^/](?=\/|$)/g)].map((match) => match.index + 1);
  for (const end of ends) {
    const prefix = path.slice(0, end);
    const there = statFollowed(tree, prefix);
    if (there === undefined) makeOne(tree, prefix);
    else if (!there.isDirectory()) throw new ErrnoError("ENOTDIR");
  }
}

/** A dangling link counts as missing parent, not as something in the way. */
function makeOne(tree: PathTree, path: string): void {
  const place = tree.locateForChange(path, { followLast: false });
  if (place.stats?.isSymbolicLink() === true) throw new ErrnoError("ENOENT");
  mkdirSync(place.hostPath, { mode: privateDirectory });
}

function statFollowed(tree: PathTree, path: string) {
  try {
    return tree.locate(path, { followLast: true }).stats;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * DeleteDirectoryInGuest. Depth first, links unlinked and never followed, goes on after an error and reports the last;
 * names that are not UTF-8 are passed over.
 * Trap kept: `link/` with `recursive` empties the link's target before it fails
 * (docs/reference/guest-operations.md#removing-directories).
 */
export function deleteDirectory(tree: PathTree, path: string, recursive: boolean): void {
  const target = tree.locate(path, { followLast: true });
  if (target.stats === undefined) throw new ErrnoError("ENOENT");
  if (!target.stats.isDirectory()) throw new VixError(vixErrors.NOT_A_DIRECTORY);
  const isLink = tree.locate(path.replace(/\/+$/, "") || "/", { followLast: false }).stats?.isSymbolicLink() === true;
  if (isLink && !path.endsWith("/")) throw new VixError(vixErrors.NOT_A_DIRECTORY);
  if (target.readOnly) throw new ErrnoError("EROFS");
  const failure = recursive ? emptyDirectory(target.hostPath.replace(/\/\.?$/, "")) : undefined;
  if (isLink) throw new VixError(vixErrors.NOT_A_DIRECTORY);
  if (failure !== undefined) throw failure;
  if (isMountPoint(target.hostPath)) throw new ErrnoError("EBUSY");
  rmdirSync(target.hostPath);
}

/** Trap: the kernel lets a process outside the guest's mount namespace remove a directory that is mounted on inside. */
function isMountPoint(hostPath: string): boolean {
  return lstatSync(`${hostPath}/.`).dev !== lstatSync(`${hostPath}/..`).dev;
}

/** Removes everything below; returns the last error. Stays inside the file tree, since links are unlinked. */
function emptyDirectory(hostPath: string): Error | undefined {
  let failure: Error | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };
  attempt(() => {
    for (const name of readDirectory(hostPath).slice(2)) {
      if (name.includes("\uFFFD")) continue;
      attempt(() => removeEntry(`${hostPath}/${name}`));
    }
  });
  return failure;
}

function removeEntry(hostPath: string): void {
  try {
    unlinkSync(hostPath);
    return;
  } catch (error) {
    if (errnoOf(error) !== "EISDIR" && errnoOf(error) !== "EPERM") throw error;
  }
  const failure = emptyDirectory(hostPath);
  if (failure !== undefined) throw failure;
  rmdirSync(hostPath);
}
