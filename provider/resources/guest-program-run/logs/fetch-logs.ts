import { hasCode } from "../../../errors/guest-error";
import { allDone } from "../../../operation/all-done";
import { transferOf } from "../../../vocabulary/inputs";
import { saveLog } from "./save-log";
import type { GuestProgramRunTask } from "../schema";

const defaultLogLimitBytes = 1024 * 1024;

/**
 * Fetches the files of `logPaths` after a run, whatever its outcome: as texts by path, or into `logDirectory` on this
 * machine (save-log.ts). A log that is not there is a warning.
 */
export async function fetchLogs(task: GuestProgramRunTask): Promise<Record<string, string> | undefined> {
  const { logPaths } = task.want;
  if (logPaths === undefined) return undefined;
  const logs = await allDone(logPaths.map(async (path) => [path, await fetchLog(task, path)] as const));
  return Object.fromEntries(logs.filter((log): log is [string, string] => log[1] !== undefined));
}

async function fetchLog(task: GuestProgramRunTask, path: string): Promise<string | undefined> {
  const { guest, want, op } = task;
  try {
    return want.logDirectory === undefined ? await readText(task, path) : await saveLog(task, want.logDirectory, path);
  } catch (error) {
    if (!hasCode(error, "PATH_NOT_FOUND") && !hasCode(error, "NOT_A_FILE")) throw error;
    op.log.warn(`${guest.vm.name} ${path}: the run left no such log`);
    return undefined;
  }
}

async function readText({ guest, want, op }: GuestProgramRunTask, path: string): Promise<string> {
  const limitBytes = want.outputLimitBytes ?? defaultLogLimitBytes;
  const { bytes, totalBytes } = await guest.files.readStart(path, limitBytes, op, transferOf(want));
  const cut = totalBytes > limitBytes ? `\n[cut: ${limitBytes} of ${totalBytes} bytes]` : "";
  return bytes.toString("utf8") + cut;
}
