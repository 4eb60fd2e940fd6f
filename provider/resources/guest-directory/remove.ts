import { GuestError } from "../../errors/guest-error";
import { removeMadeParents } from "../file-system/parent-directories";
import { isHeldByAnother } from "../file-system/place";
import type { RemovalTask } from "../resource-kind";
import { type GuestTree, pathInGuest, readWholeTree } from "./tree/guest-tree";
import { deleteIfEmpty, removeListed } from "./tree/remove-listed";
import type { GuestDirectoryState } from "./schema";
import { firstOf, readShares, removeShare } from "./tree/remove";

type Removal = RemovalTask<GuestDirectoryState>;

/**
 * Removes what this resource made, the directory included where it made that too; with `recursiveDelete` all that the login
 * sees in it. What others have put there, and what the login can't see, is never removed unasked.
 */
export async function removeGuestDirectory(task: Removal): Promise<void> {
  const { have } = task;
  if (await isHeldByAnother(task, have.path, have)) return;
  if (!(await deleteBare(task)) && (await isDirectory(task))) {
    await (have.recursiveDelete === true ? deleteWhole(task) : deleteOwn(task));
  }
  await removeMadeParents(task, have.createdParents ?? []);
}

/** A directory that should hold nothing takes one request. False where it is left. */
async function deleteBare(task: Removal): Promise<boolean> {
  const { have } = task;
  const mayHoldMore = have.files !== undefined || have.directories !== undefined || have.recursiveDelete === true;
  return have.created && !mayHoldMore && deleteIfEmpty(task, have.path);
}

/** True where there is a directory; anything else in its place is not what was made. */
async function isDirectory({ guest, have, op }: Removal): Promise<boolean> {
  const stat = await guest.files.stat(have.path, op);
  if (stat === undefined || stat.type === "directory") return stat !== undefined;
  op.log.info(`${guest.vm.name} ${have.path}: is a ${stat.type} now, which this resource did not make, so it is left`);
  return false;
}

async function deleteOwn(task: Removal): Promise<void> {
  const { guest, have, op } = task;
  const shares = await readShares(task);
  if (have.created && shares.foreign.length > 0) throw holdsForeign(task, shares.foreign);
  await removeShare(task, shares);
  if (!have.created) {
    op.log.info(
      `${guest.vm.name} ${have.path}: was there before, so it is left. Set recursiveDelete to have it removed.`,
    );
  } else if (!(await deleteIfEmpty(task, have.path)) && shares.adopted.length + shares.held.length === 0) {
    throw holdsUnseen(task);
  }
}

async function deleteWhole(task: Removal): Promise<void> {
  const { guest, have } = task;
  const { found, unseen } = await readWholeTree(task, have.path);
  if (unseen.length > 0) {
    throw new GuestError(
      "DIRECTORY_NOT_EMPTY",
      `${guest.vm.name} ${have.path}: ${firstOf(unseen)}. Nothing was removed. Remove what is there by hand, or use a guest login that sees all of it.`,
    );
  }
  const free = await withoutHeld(task, found);
  await removeListed(task, have.path, free);
  const isLeft = !(await deleteIfEmpty(task, have.path));
  if (isLeft && free.size === found.size) throw holdsUnseen(task);
}

/** What no other resource of the operation has; says of the rest who has it. */
async function withoutHeld(task: Removal, found: GuestTree): Promise<GuestTree> {
  const free = new Map(found);
  for (const path of found.keys()) {
    if (await isHeldByAnother(task, pathInGuest(task.guest, task.have.path, path))) free.delete(path);
  }
  return free;
}

function holdsForeign({ guest, have }: Removal, foreign: readonly string[]): GuestError {
  return new GuestError(
    "DIRECTORY_NOT_EMPTY",
    `${guest.vm.name} ${have.path}: holds files that this resource did not make: ${firstOf(foreign)}. Nothing was removed. ` +
      "Remove them, or set recursiveDelete: true and run up before the destroy.",
  );
}

function holdsUnseen({ guest, have }: Removal): GuestError {
  return new GuestError(
    "DIRECTORY_NOT_EMPTY",
    `${guest.vm.name} ${have.path}: what this resource made in it was removed, but it is not empty: it holds what the guest login can't see, ` +
      "or what came just now. Remove that by hand, or use a guest login that sees it, and destroy again.",
  );
}
