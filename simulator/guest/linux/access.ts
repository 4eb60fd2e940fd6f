import { accessSync, constants, type Stats } from "node:fs";
import type { GuestUser } from "../guest-agent";

export type Right = "read" | "write" | "execute";

const bitOf: Readonly<Record<Right, number>> = { read: 4, write: 2, execute: 1 };

/** Whether the mode lets the user in. access(2) is of no use here: it judges by the real ids, which stay ours. */
export function modeAllows(user: GuestUser, stats: Stats, right: Right): boolean {
  const bit = bitOf[right];
  if (user.uid === 0) return right !== "execute" || stats.isDirectory() || (stats.mode & 0o111) !== 0;
  if (stats.uid === user.uid) return (stats.mode & (bit << 6)) !== 0;
  const isMember = stats.gid === user.gid || user.groups?.includes(stats.gid) === true;
  return (stats.mode & (isMember ? bit << 3 : bit)) !== 0;
}

/** Whether the user may change the object, its file system not being read-only. */
export function isWritable(user: GuestUser, hostPath: string, stats: Stats): boolean {
  if (!modeAllows(user, stats, "write")) return false;
  try {
    accessSync(hostPath, constants.W_OK);
    return true;
  } catch {
    return process.getuid?.() !== 0 && user.uid !== process.getuid?.();
  }
}
