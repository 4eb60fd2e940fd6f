import { isUtf8 } from "node:buffer";
import { closeSync, constants, openSync, readlinkSync, type Stats } from "node:fs";
import { VixError, type AgentFileAttributes, type AgentFileInfo } from "../../guest-agent";
import { vixErrors } from "../../vix";
import type { PathTree } from "../path-tree";

const replacement = "\uFFFD";

const unknownAttributes: AgentFileAttributes = {
  type: "GuestPosixFileAttributes",
  modificationTime: new Date(0),
  accessTime: new Date(0),
  ownerId: 0,
  groupId: 0,
  permissions: 0,
};

/**
 * What ListFiles tells of the object at `guestPath`, under the name `shownPath`: type and link target of the object
 * itself, all attributes of what it leads to (zero when that is nothing). Undefined for a regular file that may not be
 * opened, since the agent takes the size by opening it (docs/reference/guest-operations.md#listings).
 */
export function readFileInfo(tree: PathTree, guestPath: string, shownPath: string): AgentFileInfo | undefined {
  const own = located(tree, guestPath, false);
  if (own === undefined) return { path: shownName(shownPath), type: "file", size: 0, attributes: unknownAttributes };
  if (own.stats.isSymbolicLink()) {
    const target = located(tree, guestPath, true)?.stats;
    const attributes = target === undefined ? unknownAttributes : posixAttributes(target);
    const symlinkTarget = readLinkTarget(own.hostPath);
    return { path: shownPath, type: "symlink", size: 0, attributes: { ...attributes, symlinkTarget } };
  }
  if (own.stats.isFile() && !canOpen(own.hostPath)) return undefined;
  return {
    path: shownPath,
    type: own.stats.isDirectory() ? "directory" : "file",
    size: own.stats.isFile() ? own.stats.size : 0,
    attributes: posixAttributes(own.stats),
  };
}

/** A name that is not UTF-8, which Node reads with replacement characters, shows as three of these. */
function shownName(name: string): string {
  return name.includes(replacement) ? replacement.repeat(3) : name;
}

/** A target that is not UTF-8 makes the agent abort (docs/reference/guest-operations.md#text-that-is-not-utf-8). */
function readLinkTarget(hostPath: string): string {
  const target = readlinkSync(hostPath, "buffer");
  if (!isUtf8(target))
    throw new VixError(vixErrors.TOOLS_NOT_RUNNING, "a link target that is not UTF-8 ended the guest agent");
  return target.toString();
}

/** Attributes as the API carries them: the whole st_mode, times in whole seconds. */
export function posixAttributes(stats: Stats): AgentFileAttributes {
  return {
    type: "GuestPosixFileAttributes",
    modificationTime: wholeSeconds(stats.mtimeMs),
    accessTime: wholeSeconds(stats.atimeMs),
    ownerId: stats.uid,
    groupId: stats.gid,
    permissions: stats.mode,
  };
}

/** Whether a regular file can be opened for reading; never blocks. */
export function canOpen(hostPath: string): boolean {
  if (process.geteuid?.() === 0) return true;
  try {
    closeSync(openSync(hostPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
    return true;
  } catch {
    return false;
  }
}

function located(
  tree: PathTree,
  guestPath: string,
  followLast: boolean,
): { hostPath: string; stats: Stats } | undefined {
  try {
    const { hostPath, stats } = tree.locate(guestPath, { followLast });
    if (stats === undefined) return undefined;
    return { hostPath, stats };
  } catch {
    return undefined;
  }
}

function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
