import { accessSync, constants, type Stats } from "node:fs";
import type { GuestUser } from "../guest-agent";
import { canSwitchUsers } from "./run-as";

type Right = "write" | "execute";

const bitOf: Readonly<Record<Right, number>> = { write: 2, execute: 1 };

/** Whether the user may change the object. */
export function isWritable(user: GuestUser, hostPath: string, stats: Stats): boolean {
  return modeAllows(user, stats, "write") && weMay(hostPath, constants.W_OK);
}

/** Whether the user may run the program, or search the directory. */
export function mayExecute(user: GuestUser, hostPath: string, stats: Stats): boolean {
  return modeAllows(user, stats, "execute") && weMay(hostPath, constants.X_OK);
}

/**
 * Whether the mode lets the user in. access(2) cannot tell: it judges by the real ids, which stay ours. Without root
 * all guest users are we ourselves, and only access(2) counts.
 */
function modeAllows(user: GuestUser, stats: Stats, right: Right): boolean {
  if (!canSwitchUsers() && process.geteuid?.() === process.getuid?.()) return true;
  const bit = bitOf[right];
  if (user.uid === 0) return right !== "execute" || stats.isDirectory() || (stats.mode & 0o111) !== 0;
  if (stats.uid === user.uid) return (stats.mode & (bit << 6)) !== 0;
  const isMember = stats.gid === user.gid || user.groups?.includes(stats.gid) === true;
  return (stats.mode & (isMember ? bit << 3 : bit)) !== 0;
}

/** access(2) by the real ids: finds a file system that is read-only. */
function weMay(hostPath: string, mode: number): boolean {
  try {
    accessSync(hostPath, mode);
    return true;
  } catch {
    return false;
  }
}
