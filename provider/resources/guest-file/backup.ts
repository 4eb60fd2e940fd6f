import { GuestError } from "../../errors/guest-error";
import { joinPath, splitPath } from "../../guest/paths/path";
import type { Guest } from "../../guest/guest";
import type { GuestWork } from "../resource-kind";
import type { GuestFileInputs, GuestFileTask } from "./schema";

const outputLimitBytes = 4096;

/** Copies the file, attributes included, to where `backup` says, and returns the copy's path. */
export async function backUp({ guest, want, op }: GuestFileTask, path: string): Promise<string | undefined> {
  if (want.backup === undefined) return undefined;
  const copy = backupPath(guest, want.backup, path);
  const result = await guest.programs.run(
    {
      command: copyCommand(guest, path, copy),
      environmentMode: "merge",
      outputLimitBytes,
      secret: { script: false, environment: false, stdin: false },
    },
    op,
  );
  if (result.exitCode === 0) return copy;
  const reason = result.stderr.bytes.toString("utf8").trim() || `exit code ${result.exitCode}`;
  throw new GuestError(
    "PROGRAM_FAILED",
    `${guest.vm.name} ${path}: the backup ${copy} could not be made: ${reason}. Nothing was changed.`,
  );
}

/** Puts the copy that backUp made back in the file's place; where the copy is gone, says so and removes the file. */
export async function restoreBackup({ guest, op }: GuestWork, copy: string, path: string): Promise<void> {
  if ((await guest.files.stat(copy, op)) === undefined) {
    op.log.warn(`${guest.vm.name} ${path}: the backup ${copy} is gone, so the file is removed instead of restored`);
    await guest.files.deleteFile(path, op);
    return;
  }
  await guest.files.moveFile(copy, path, { overwrite: true }, op);
}

function backupPath(guest: Guest, backup: NonNullable<GuestFileInputs["backup"]>, path: string): string {
  if (backup.directory === undefined) return `${path}${backup.suffix ?? ""}`;
  return joinPath(backup.directory, splitPath(path, guest.family).name, guest.family);
}

function copyCommand(guest: Guest, from: string, to: string) {
  return guest.family === "windows"
    ? { program: "C:\\Windows\\System32\\cmd.exe", arguments: ["/c", "copy", "/y", from, to] }
    : { program: "/bin/cp", arguments: ["-p", "--", from, to] };
}
