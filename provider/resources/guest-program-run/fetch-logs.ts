import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { hasCode } from "../../errors/guest-error";
import { endedBy } from "../../operation/abort";
import { allDone } from "../../operation/all-done";
import { splitPath } from "../../guest/paths/path";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { transferOf } from "../../vocabulary/inputs";
import type { GuestProgramRunInputs } from "./schema";

const defaultLogLimitBytes = 1024 * 1024;

/**
 * Fetches the files of `logPaths` after a run, whatever its outcome: as texts by path, or into `logDirectory` on this
 * machine as `<vm>-<name>`. A log that is not there is a warning.
 */
export async function fetchLogs(
  guest: Guest,
  want: GuestProgramRunInputs,
  op: Operation,
): Promise<Record<string, string> | undefined> {
  if (want.logPaths === undefined) return undefined;
  const logs = await allDone(want.logPaths.map(async (path) => [path, await fetchLog(guest, want, path, op)] as const));
  return Object.fromEntries(logs.filter((log): log is [string, string] => log[1] !== undefined));
}

async function fetchLog(
  guest: Guest,
  want: GuestProgramRunInputs,
  path: string,
  op: Operation,
): Promise<string | undefined> {
  try {
    return want.logDirectory === undefined
      ? await readText(guest, want, path, op)
      : await saveTo(guest, want, want.logDirectory, path, op);
  } catch (error) {
    if (!hasCode(error, "PATH_NOT_FOUND") && !hasCode(error, "NOT_A_FILE")) throw error;
    op.log.warn(`${guest.vm.name} ${path}: the run left no such log`);
    return undefined;
  }
}

async function readText(guest: Guest, want: GuestProgramRunInputs, path: string, op: Operation): Promise<string> {
  const limitBytes = want.outputLimitBytes ?? defaultLogLimitBytes;
  const { bytes, totalBytes } = await guest.files.readStart(path, limitBytes, op, transferOf(want));
  const cut = totalBytes > limitBytes ? `\n[cut: ${limitBytes} of ${totalBytes} bytes]` : "";
  return bytes.toString("utf8") + cut;
}

/** Returns the path on this machine. */
async function saveTo(
  guest: Guest,
  want: GuestProgramRunInputs,
  directory: string,
  path: string,
  op: Operation,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const target = join(directory, `${guest.vm.name}-${splitPath(path, guest.family).name}`.replace(/[^\w.-]/g, "_"));
  const { body } = await guest.files.read(path, op, transferOf(want));
  await endedBy(op.signal, pipeline(body, createWriteStream(target, { mode: 0o600 }), { signal: op.signal }));
  return target;
}
