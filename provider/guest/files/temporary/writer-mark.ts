import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** How far the clocks of two machines that run Pulumi may differ, and how long work that has to end takes to do so. */
const allowanceMs = 180_000;

/**
 * Tells others when the deploy is over that wrote a temporary file, as a part of the file's name: `-<end>-<system>-<pid>`. The end
 * (hexadecimal seconds) is when its time is over, at the latest. System and pid are its process, which says more on the machine where that
 * runs or ran.
 */
export function writerMark(deadlineMs: number): string {
  const endSeconds = Number.isFinite(deadlineMs) ? Math.ceil((deadlineMs + allowanceMs) / 1000) : 0;
  return `-${endSeconds.toString(16)}-${thisSystem()}-${process.pid.toString(16)}`;
}

/** True when the deploy that left this name is over; undefined where the name does not tell. */
export function isWriterGone(name: string): boolean | undefined {
  const mark = /-([0-9a-f]{1,8})-([0-9a-f]{8})-([0-9a-f]{1,8})(?:vmware[^.]*)?\.pulumi$/.exec(name);
  if (mark === null) return undefined;
  const [end = 0, , pid = 0] = mark.slice(1).map((digits) => parseInt(digits, 16));
  if (end > 0 && Date.now() > end * 1000) return true;
  return mark[2] === thisSystem() && thisSystem() !== unknownSystem ? !isAlive(pid) : end > 0 ? false : undefined;
}

const unknownSystem = "00000000";
let system: string | undefined;

/** What makes a pid unambiguous: the running kernel, and the namespace in which the pid counts. */
function thisSystem(): string {
  system ??= readSystem();
  return system;
}

function readSystem(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
    return createHash("sha256").update(boot).update(readlinkSync("/proc/self/ns/pid")).digest("hex").slice(0, 8);
  } catch {
    return unknownSystem;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
