import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { temporaryName } from "../../guest/files/temporary/name";
import { joinPath, parentOf, splitPath } from "../../guest/paths/path";
import type { Guest } from "../../guest/guest";
import { cleanupOperation } from "../../operation/deadline";
import { transferOf } from "../../vocabulary/inputs";
import { changeAttributes } from "../file-system/attributes";
import type { RemovalTask } from "../resource-kind";
import { backupPath } from "./backup-path";
import { formerAttributes } from "./origin";
import type { GuestFileState, GuestFileTask } from "./schema";

type BackupTask = Pick<GuestFileTask, "guest" | "want" | "op">;

/** Copies the file, attributes included, to where `backup` says, and returns the copy's path. */
export async function backUp(task: BackupTask, path: string): Promise<string | undefined> {
  const { guest, want, op } = task;
  if (want.backup === undefined) return undefined;
  const copy = backupPath(want.backup, path);
  if (await isThereAlready(task, copy, path)) return copy;
  const { directory, name } = splitPath(copy, guest.family);
  const { prefix, suffix } = temporaryName(name, op.deadlineMs);
  const temporary = joinPath(directory, prefix + suffix, guest.family);
  try {
    await allDone([copyFile(task, { from: path, to: temporary, copy }), guest.files.sweepLeftovers(copy, op)]);
    await guest.files.moveFile(temporary, copy, { overwrite: false }, op);
  } catch (error) {
    await guest.files.deleteFile(temporary, cleanupOperation(op)).catch(() => undefined);
    if (!hasCode(error, "PATH_EXISTS")) throw error;
    // It came meanwhile, or was hidden from the look.
    if (!(await isThereAlready(task, copy, path))) throw error;
  }
  return copy;
}

async function copyFile(
  { guest, op }: BackupTask,
  { from, to, copy }: { readonly from: string; readonly to: string; readonly copy: string },
): Promise<void> {
  try {
    await guest.files.copyFile(from, to, op);
  } catch (error) {
    const directory = await guest.files.stat(parentOf(copy, guest.family), op).catch(() => undefined);
    if (directory === undefined || directory.type === "file") throw noDirectory(guest, from, copy);
    if (!hasCode(error, "PROGRAM_FAILED")) throw error;
    const reason = (error as Error).message;
    throw new GuestError(
      "PROGRAM_FAILED",
      `${guest.vm.name} ${from}: the backup ${copy} could not be made: ${reason}. Nothing was changed.`,
    );
  }
}

/** The copy can't be made, since its directory is not there. */
export function noDirectory(guest: Guest, path: string, copy: string): GuestError {
  return new GuestError(
    "PATH_NOT_FOUND",
    `${guest.vm.name} ${path}: the backup ${copy} could not be made: there is no such directory. Nothing was changed. ` +
      "Declare it as a GuestDirectory that this file depends on, or name another in backup.",
  );
}

/**
 * What lies where the backup is to be is never overwritten. The same bytes are the backup of a deploy that failed later
 * on, and serve as this one's.
 */
export async function isThereAlready({ guest, want, op }: BackupTask, copy: string, path: string): Promise<boolean> {
  const there = await guest.files.find(copy, op);
  if (there.kind === "absent") return false;
  if (there.kind === "seen" && there.stat.type === "file" && there.stat.unreadable !== true) {
    const [kept, now] = await allDone([copy, path].map((one) => guest.files.sha256(one, op, transferOf(want))));
    if (kept === now) return true;
  }
  throw new GuestError(
    "PATH_EXISTS",
    `${guest.vm.name} ${path}: the backup ${copy} is there already and holds something else. Nothing was changed. ` +
      "Move it away, or give the backup another place.",
  );
}

/** Puts the copy that backUp made back in the file's place; where the copy is gone, says so and leaves the file. */
export async function restoreBackup(task: RemovalTask<GuestFileState>, copy: string, path: string): Promise<void> {
  const { guest, op } = task;
  try {
    await guest.files.moveFile(copy, path, { overwrite: true }, op);
  } catch (error) {
    if (!hasCode(error, "PATH_NOT_FOUND")) throw error;
    op.log.warn(`${guest.vm.name} ${path}: the backup ${copy} is gone, so the file is left as it is`);
    return;
  }
  await restoreAttributes(task, path);
}

/** Gives a file the attributes that it had before it was adopted, as far as they are recorded and the login may give them. */
export async function restoreAttributes({ guest, have, op }: RemovalTask<GuestFileState>, path: string): Promise<void> {
  const wanted = formerAttributes(have.before ?? {});
  if (Object.keys(wanted).length === 0) return;
  const found = await guest.files.stat(path, op);
  if (found?.type !== "file") return;
  try {
    await changeAttributes({ guest, op }, path, wanted, found);
  } catch (error) {
    if (!hasCode(error, "GUEST_PERMISSION_DENIED")) throw error;
    op.log.warn(`${guest.vm.name} ${path}: its former attributes could not be given back: ${(error as Error).message}`);
  }
}
