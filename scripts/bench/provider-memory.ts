import { readdirSync, readFileSync } from "node:fs";

/** How the processes of the two skins are known by their command lines. */
const commands = {
  native: /provider\/plugin\/main\.js/,
  dynamic: /@pulumi\/pulumi\/cmd\/dynamic-provider/,
} as const;

export type Skin = keyof typeof commands;

/** Watches the provider processes of a skin while `work` goes on. Resolves with the most memory that one had, in bytes. Linux only. */
export async function peakMemoryDuring(skin: Skin, work: () => Promise<unknown>): Promise<number> {
  let peakBytes = 0;
  const look = () => {
    for (const pid of processesOf(skin)) peakBytes = Math.max(peakBytes, highWaterMark(pid));
  };
  const watching = setInterval(look, 50);
  try {
    await work();
    return peakBytes;
  } finally {
    clearInterval(watching);
  }
}

function processesOf(skin: Skin): string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commands[skin].test(read(`/proc/${pid}/cmdline`)));
}

/** The kernel's own record of the largest resident set, so that no look can come too late to see a short peak. */
function highWaterMark(pid: string): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Empty for a process that has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
