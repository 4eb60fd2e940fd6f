import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { removeMadeParents } from "../file-system/parent-directories";
import { restoreBackup } from "./backup";
import type { GuestFileState } from "./schema";
import { locateTarget } from "./target";

/** Removes the file (or puts the backup back), then the directories made for it that are empty. */
export async function removeGuestFile(guest: Guest, have: GuestFileState, op: Operation): Promise<void> {
  const path = have.symlinks === "follow" ? (await locateTarget(guest, have, op)).path : have.path;
  if (have.restoreOnDelete === true && have.backupPath !== undefined)
    await restoreBackup(guest, have.backupPath, path, op);
  else await guest.files.deleteFile(path, op);
  await removeMadeParents(guest, have.createdParents ?? [], op);
}
