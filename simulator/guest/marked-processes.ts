import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Environment variable that marks the processes of guests which are ordinary processes of the machine. */
export const processMarker = "VSPHERE_GUEST_SIMULATOR";

/** Pids whose mark starts with this text; "\0" at its end asks for the whole mark. Empty where there is no /proc. */
export function markedPids(markStart: string): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const wanted = `\0${processMarker}=${markStart}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && `\0${environmentOf(name)}`.includes(wanted))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
