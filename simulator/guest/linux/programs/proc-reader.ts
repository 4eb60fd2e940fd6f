import { readdirSync, readFileSync } from "node:fs";
import { VixError } from "../../guest-agent";
import { vixErrors } from "../../vix";
import type { ProcessSnapshot } from "./program-runner";

const ticksPerSecond = 100;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Processes below a /proc directory, in its order; pids that are gone are left out. A command line that is not UTF-8
 * makes the agent abort (docs/reference/guest-operations.md#text-that-is-not-utf-8): VIX 3016.
 */
export function readProcesses(proc: string, pids?: readonly number[]): ProcessSnapshot[] {
  const bootedAtMs = readBootTimeMs(proc);
  const wanted = pids?.map(String) ?? readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return wanted
    .sort((a, b) => Number(a) - Number(b))
    .map((pid) => readProcess(proc, pid, bootedAtMs))
    .filter((process) => process !== undefined);
}

function readProcess(proc: string, pid: string, bootedAtMs: number): ProcessSnapshot | undefined {
  let stat: string, status: string, cmdLineBytes: Buffer;
  try {
    stat = readFileSync(`${proc}/${pid}/stat`, "utf8");
    status = readFileSync(`${proc}/${pid}/status`, "utf8");
    cmdLineBytes = readFileSync(`${proc}/${pid}/cmdline`);
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const statusName = /^Name:\t(.*)$/m.exec(status)?.[1] ?? "";
  const text = decode(cmdLineBytes);
  const program = text.split("\0", 1)[0] ?? "";
  return {
    pid: Number(pid),
    parentPid: Number(fields[1]),
    processGroup: Number(fields[2]),
    name: cmdLineBytes.length === 0 ? statusName : program.startsWith("/") ? baseName(program) : program,
    cmdLine: cmdLineBytes.length === 0 ? statusName : text.replaceAll("\0", " ").replace(/ +$/, ""),
    ownerId: Number(/^Uid:\t(\d+)/m.exec(status)?.[1] ?? 0),
    startedAtMs: bootedAtMs + (Number(fields[19]) * 1000) / ticksPerSecond,
  };
}

function readBootTimeMs(proc: string): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync(`${proc}/stat`, "utf8"))?.[1] ?? 0) * 1000;
}

function decode(bytes: Buffer): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new VixError(vixErrors.TOOLS_NOT_RUNNING, "a command line that is not UTF-8 ended the guest agent");
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
