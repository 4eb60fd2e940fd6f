import { hasCode } from "../../errors/guest-error";
import { removeMadeParents } from "../file-system/parent-directories";
import { isHeldByAnother } from "../file-system/place";
import type { RemovalTask } from "../resource-kind";
import { restoreBackup, restoreAttributes } from "./backup";
import { wasMadeHere } from "./origin";
import type { GuestFileState } from "./schema";
import { locateTarget } from "./target";

type Removal = RemovalTask<GuestFileState>;

/**
 * Takes away what this resource made, and puts back or leaves what was there before it, as `onDelete` says; then removes
 * the directories made for it that are empty. What another resource has stays.
 */
export async function removeGuestFile(task: Removal): Promise<void> {
  const { have } = task;
  if (have.parentsOnly !== true) {
    const path = await pathOf(task);
    if (await isHeldByAnother(task, path, have)) return;
    await takeAway(task, path);
  }
  await removeMadeParents(task, have.createdParents ?? []);
}

async function takeAway(task: Removal, path: string): Promise<void> {
  const { have } = task;
  const isOurs = wasMadeHere(have, task.guest.family);
  if (have.onDelete === "remove" || (isOurs && have.onDelete === undefined)) await removeFile(task, path);
  else if (have.onDelete === "keep") leave(task, path, 'is left, as onDelete "keep" says');
  else if (have.backupPath !== undefined) await restoreBackup(task, have.backupPath, path);
  else if (isOurs) await removeFile(task, path);
  else if (have.onDelete === "restore") await restoreAttributes(task, path);
  else
    leave(
      task,
      path,
      'was there before this resource, so it is left as it is. Set onDelete to "remove" to have it removed',
    );
  await task.guest.files.sweepLeftovers(path, task.op);
}

/** The file that was managed: where a followed link led then, not where it leads by now. */
async function pathOf(task: Removal): Promise<string> {
  const { have } = task;
  if (have.targetPath !== undefined) return have.targetPath;
  // Records of earlier versions don't tell where the link led.
  const isTold = have.created !== undefined || have.symlinks !== "follow";
  return isTold ? have.path : (await locateTarget({ ...task, want: have })).path;
}

async function removeFile(task: Removal, path: string): Promise<void> {
  try {
    await task.guest.files.deleteFile(path, task.op);
  } catch (error) {
    if (!hasCode(error, "NOT_A_FILE")) throw error;
    leave(task, path, "is no file any more, so it is left as it is");
  }
}

function leave({ guest, op }: Removal, path: string, why: string): void {
  op.log.info(`${guest.vm.name} ${path}: ${why}.`);
}
