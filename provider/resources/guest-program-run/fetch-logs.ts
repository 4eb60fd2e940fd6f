import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { hasCode } from "../../errors/guest-error";
import { endedBy } from "../../operation/abort";
import { allDone } from "../../operation/all-done";
import { splitPath } from "../../guest/paths/path";
import { transferOf } from "../../vocabulary/inputs";
import type { GuestProgramRunTask } from "./schema";

const defaultLogLimitBytes = 1024 * 1024;

/**
 * Fetches the files of `logPaths` after a run, whatever its outcome: as texts by path, or into `logDirectory` on this
 * machine as `<vm>-<name>`. A log that is not there is a warning.
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
    return want.logDirectory === undefined ? await readText(task, path) : await saveTo(task, want.logDirectory, path);
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

/** Returns the path on this machine. */
async function saveTo({ guest, want, op }: GuestProgramRunTask, directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const target = join(directory, `${guest.vm.name}-${splitPath(path, guest.family).name}`.replace(/[^\w.-]/g, "_"));
  const { body } = await guest.files.read(path, op, transferOf(want));
  await endedBy(op.signal, pipeline(body, createWriteStream(target, { mode: 0o600 }), { signal: op.signal }));
  return target;
}
