import { removeMadeParents } from "../file-system/parent-directories";
import { isHeldByAnother } from "../file-system/place";
import type { RemovalTask } from "../resource-kind";
import { restoreBackup } from "./backup";
import type { GuestFileState } from "./schema";
import { locateTarget } from "./target";

/** Removes the file (or puts the backup back), then the directories made for it that are empty. What another resource has stays. */
export async function removeGuestFile(task: RemovalTask<GuestFileState>): Promise<void> {
  const { guest, have, op } = task;
  const path = have.symlinks === "follow" ? (await locateTarget({ ...task, want: have })).path : have.path;
  if (await isHeldByAnother(task, path)) return;
  if (have.restoreOnDelete === true && have.backupPath !== undefined) await restoreBackup(task, have.backupPath, path);
  else await guest.files.deleteFile(path, op);
  await removeMadeParents(task, have.createdParents ?? []);
}
