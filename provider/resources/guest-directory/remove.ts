import { GuestError, hasCode } from "../../errors/guest-error";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../guest/operation";
import { removeMadeParents } from "../parent-directories";
import type { GuestDirectoryState } from "./schema";

/** Removes the directory if this resource made it or `recursiveDelete` says so, then parents made for it that are empty. */
export async function removeGuestDirectory(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<void> {
  if (!have.created && have.recursiveDelete !== true) {
    op.log.info(
      `${guest.vm.name} ${have.path}: was there before, so it is left. Set recursiveDelete to have it removed.`,
    );
    return;
  }
  await deleteDirectory(guest, have, op);
  await removeMadeParents(guest, have.createdParents ?? [], op);
}

async function deleteDirectory(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<void> {
  try {
    await guest.files.deleteDirectory(have.path, { recursive: have.recursiveDelete === true }, op);
  } catch (error) {
    if (!hasCode(error, "DIRECTORY_NOT_EMPTY")) throw error;
    throw new GuestError(
      "DIRECTORY_NOT_EMPTY",
      `${guest.vm.name} ${have.path}: holds files that this resource did not make, so it was not removed. ` +
        "Remove them, or set recursiveDelete: true and run up before the destroy.",
      { cause: error },
    );
  }
}
