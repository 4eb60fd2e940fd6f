import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { VixError } from "../../guest-agent";
import { ErrnoError, errnoOf, vixErrors } from "../../vix";
import type { Located, PathTree } from "../path-tree";
import type { DiskQuota } from "./disk-quota";

const copyBlockBytes = 1 << 20;

/**
 * MoveFileInGuest. A rename that fails for whatever reason falls back to a copy with mode 0600 and an unlink whose
 * failure is ignored; the copy follows links on both sides (docs/reference/guest-operations.md#moves).
 */
export function moveFile(tree: PathTree, quota: DiskQuota, from: string, to: string, overwrite: boolean): void {
  const source = existing(tree, from);
  const own = tree.locate(from, { followLast: false });
  if (own.stats?.isDirectory() === true) throw new VixError(vixErrors.NOT_A_FILE);
  const target = tree.locate(to, { followLast: true });
  if (target.stats !== undefined) {
    if (isSameObject(source, target)) return;
    const ownTarget = tree.locate(to, { followLast: false });
    if (ownTarget.stats?.isDirectory() === true || !overwrite) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
  }
  try {
    renameSync(
      tree.locateForChange(from, { followLast: false }).hostPath,
      tree.locateForChange(to, { followLast: false }).hostPath,
    );
  } catch {
    copyAndUnlink(tree, quota, from, to);
  }
}

/** MoveDirectoryInGuest: a plain rename; across file systems and into itself it fails as "not a file". */
export function moveDirectory(tree: PathTree, from: string, to: string): void {
  const source = existing(tree, from);
  const own = tree.locate(from, { followLast: false });
  if (own.stats?.isDirectory() !== true) throw new VixError(vixErrors.NOT_A_DIRECTORY);
  const target = locateOrUndefined(tree, to);
  if (target?.stats !== undefined && isSameObject(source, target)) return;
  if (tree.locate(to, { followLast: false }).stats !== undefined) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
  try {
    renameSync(
      tree.locateForChange(from, { followLast: false }).hostPath,
      tree.locateForChange(to, { followLast: false }).hostPath,
    );
  } catch (error) {
    if (errnoOf(error) === "EXDEV" || errnoOf(error) === "EINVAL") throw new VixError(vixErrors.NOT_A_FILE);
    throw error;
  }
}

function copyAndUnlink(tree: PathTree, quota: DiskQuota, from: string, to: string): void {
  const source = tree.locate(from, { followLast: true });
  const input = openSync(source.hostPath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(input).isDirectory()) throw new ErrnoError("EISDIR");
    const target = tree.locateForChange(to, { followLast: true });
    copyInto(input, target, quota);
  } finally {
    closeSync(input);
  }
  unlinkQuietly(tree, from);
}

function copyInto(input: number, target: Located, quota: DiskQuota): void {
  const output = openSync(
    target.hostPath,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK,
    0o600,
  );
  try {
    const block = Buffer.allocUnsafe(copyBlockBytes);
    for (let bytes = readSync(input, block); bytes > 0; bytes = readSync(input, block)) {
      quota.reserve(bytes);
      for (let done = 0; done < bytes;) done += writeSync(output, block, done, bytes - done);
    }
  } catch (error) {
    if (target.stats === undefined) unlinkSync(target.hostPath);
    throw error;
  } finally {
    closeSync(output);
  }
}

/**
 * An absolute link is removed at its far end, a relative one itself: the agent's own slip
 * (docs/reference/guest-operations.md#moves).
 */
function unlinkQuietly(tree: PathTree, path: string): void {
  try {
    const own = tree.locateForChange(path, { followLast: false });
    const isAbsoluteLink = own.stats?.isSymbolicLink() === true && readlinkSync(own.hostPath).startsWith("/");
    unlinkSync(isAbsoluteLink ? tree.locateForChange(path, { followLast: true }).hostPath : own.hostPath);
  } catch {
    // The agent ignores it and reports success.
  }
}

function existing(tree: PathTree, path: string): Located {
  const located = tree.locate(path, { followLast: true });
  if (located.stats === undefined) throw new ErrnoError("ENOENT");
  return located;
}

function locateOrUndefined(tree: PathTree, path: string): Located | undefined {
  try {
    return tree.locate(path, { followLast: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isSameObject(a: Located, b: Located): boolean {
  const [left, right] = [statSync(a.hostPath), statSync(b.hostPath)];
  return left.dev === right.dev && left.ino === right.ino;
}
