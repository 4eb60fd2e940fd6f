import type { Guest, GuestProcess } from "../../guest/guest";
import type { Finding } from "./finding";
import type { GuestEnvCheckTask, ProcessExpectation } from "./schema";

/** Looks at the guest's processes once, where any are asked for. */
export async function processFindings({ guest, want, op }: GuestEnvCheckTask): Promise<Finding[]> {
  if (want.processes === undefined) return [];
  const processes = await guest.processes(op);
  return Object.entries(want.processes).map(([name, expected]) => processFinding(guest, name, expected, processes));
}

function processFinding(
  guest: Guest,
  name: string,
  expected: ProcessExpectation,
  processes: readonly GuestProcess[],
): Finding {
  const running = processes.filter((process) => sameName(guest, process.name, name));
  const owners = [...new Set(running.map(({ owner }) => owner))];
  const found = running.length === 0 ? "is not running" : `is running as ${owners.join(", ")}`;
  const subject = `process ${name}`;
  if (expected === "notRunning") return { subject, expected: "not to be running", found, met: running.length === 0 };
  if (expected === "running") return { subject, expected: "to be running", found, met: running.length > 0 };
  return { subject, expected: `to be running as ${expected.owner}`, found, met: owners.includes(expected.owner) };
}

function sameName(guest: Guest, found: string, wanted: string): boolean {
  return guest.family === "windows" ? found.toLowerCase() === wanted.toLowerCase() : found === wanted;
}
