import { setTimeout as sleep } from "node:timers/promises";
import { VixError, type GuestUser } from "../../guest-agent";
import { vixErrors } from "../../vix";
import type { ProcessSnapshot, ProgramRunner } from "./program-runner";

/** Pid that stands for the agent itself. */
export const agentPid = 3;

const gracePeriodMs = 5000;
const killPeriodMs = 15_000;
const lookEveryMs = 20;

interface GuestProcesses {
  readonly runner: ProgramRunner | undefined;
  processes(): ProcessSnapshot[];
}

/**
 * SIGTERM, after 5 s SIGKILL, after another 15 s VIX 1. A negative pid below -1 reaches its whole process group; pids
 * are cut to 32 bits; 0, -1 and the agent itself are refused (docs/reference/guest-operations.md#processes).
 */
export async function terminate(guest: GuestProcesses, user: GuestUser, requestedPid: number): Promise<void> {
  const pid = Number(BigInt.asIntN(32, BigInt(requestedPid)));
  if (pid === 0 || pid === -1 || Math.abs(pid) === agentPid) throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
  if (!isAlive(guest, pid)) throw new VixError(vixErrors.NO_SUCH_PROCESS);
  await signal(guest, user, pid, "SIGTERM");
  if (await isGoneWithin(guest, pid, gracePeriodMs)) return;
  await signal(guest, user, pid, "SIGKILL");
  if (await isGoneWithin(guest, pid, killPeriodMs)) return;
  throw new VixError(vixErrors.FAIL, `process ${pid} does not die`);
}

async function signal(guest: GuestProcesses, user: GuestUser, pid: number, name: "SIGTERM" | "SIGKILL"): Promise<void> {
  const isSystems = pid === 1 || pid === 2;
  if (isSystems && user.uid === 0) return;
  const result = isSystems ? "EPERM" : ((await guest.runner?.signal(user, pid, name)) ?? "ESRCH");
  if (result === "EPERM") throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
  if (result !== "ok" && name === "SIGTERM") throw new VixError(vixErrors.NO_SUCH_PROCESS);
}

async function isGoneWithin(guest: GuestProcesses, pid: number, periodMs: number): Promise<boolean> {
  for (const deadline = Date.now() + periodMs; Date.now() < deadline; await sleep(lookEveryMs)) {
    if (!isAlive(guest, pid)) return true;
  }
  return !isAlive(guest, pid);
}

function isAlive(guest: GuestProcesses, pid: number): boolean {
  return guest.processes().some((process) => (pid > 0 ? process.pid === pid : process.processGroup === -pid));
}
