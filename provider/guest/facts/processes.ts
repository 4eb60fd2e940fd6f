import { GuestError } from "../../errors/guest-error";
import type { GuestProcess, GuestPrograms } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";

const outputLimitBytes = 8 * 1024 * 1024;

/** POSIX asks for these three columns; busybox's ps knows neither -A nor headings left out. */
const listScript = "ps -A -o pid= -o user= -o args= 2>/dev/null || ps -o pid,user,args";

/**
 * All processes of a guest. A POSIX guest's own ps is asked: ListProcessesInGuest without pids makes VMware Tools abort
 * where one process has a command line that is not UTF-8 (docs/reference/guest-operations.md#text-that-is-not-utf-8).
 * Windows tells through the API.
 */
export async function listProcesses(
  calls: GuestCalls,
  programs: GuestPrograms,
  op: Operation,
): Promise<GuestProcess[]> {
  if (calls.family === "windows") {
    const found = await calls.listProcessesInGuest([], op);
    return found.filter(({ endTime }) => endTime === undefined).map(({ pid, owner, name }) => ({ pid, owner, name }));
  }
  const ps = { program: "/bin/sh", arguments: ["-c", listScript] };
  const { exitCode, stdout } = await programs.ask(ps, op, { outputLimitBytes });
  if (exitCode !== 0) {
    throw new GuestError(
      "PROGRAM_FAILED",
      `${calls.vm.name}: the guest's ps ended with ${exitCode}, so its processes cannot be told`,
    );
  }
  return stdout.bytes.toString("utf8").split("\n").flatMap(parseLine);
}

function parseLine(line: string): GuestProcess[] {
  // `s`: a line separator in a command line, where `.` would end, would be looked for anew from each blank before it.
  const match = /^\s*(\d+)\s+(\S+)\s+(.+)$/s.exec(line);
  if (match === null) return [];
  const [, pid = "", owner = "", command = ""] = match;
  // Kernel threads stand in brackets, a login shell's name begins with a dash.
  const [first = ""] = command.split(/\s/, 1);
  const name = first.replace(/^[[-]|[\]:]$/g, "");
  return [{ pid: Number(pid), owner, name: name.slice(name.lastIndexOf("/") + 1) }];
}
