import { randomBytes } from "node:crypto";

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
