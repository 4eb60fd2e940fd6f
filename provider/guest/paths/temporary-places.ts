import { randomBytes } from "node:crypto";

/*
 * All that is put into a guest for a while, by name: what a killed deploy left behind is recognised by it, and removed
 * when it is old enough to be nobody's.
 */

/** Names of private directories in the guest begin so: one that was left behind is recognised by it. */
export const roomPrefix = ".vsphere-guest-run-";

/** A directory untouched for so many days belongs to nobody any more: it is removed with the next run. */
export const staleDays = 7;

/** A result that nobody has fetched for so many days is nobody's any more: a later deploy means a new run. */
export const unfetchedDays = 1;

/** What tells one private directory from others: nobody can guess it. */
export function newRoomId(): string {
  return randomBytes(16).toString("hex");
}

/** Path of a private directory in a POSIX guest. */
export function posixRoomPath(id: string = newRoomId()): string {
  return `/tmp/${roomPrefix}${id}`;
}

/** Ends the name of the temporary file beside a target. */
export const temporaryFileSuffix = ".pulumi";

/** So long after the last touch of a temporary file the deploy that made it is over, whatever became of it. */
export const temporaryFileStaleHours = 24;

/** Begins the name of the place in a directory where its tree's archive is unpacked. */
export const treeStagePrefix = ".vsphere-guest-stage-";

/** find(1)'s count of whole days that have passed: these are more than two. */
export const treeStaleDays = 1;
