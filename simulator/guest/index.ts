import type { GuestAgent, GuestOptions } from "./guest-agent";
import { LinuxAgent } from "./linux/linux-agent";
import { findIsolation } from "./linux/programs/isolation";
import { WindowsAgent } from "./windows/windows-agent";
import { windowsLimits } from "./windows/wine-template";

export type * from "./guest-agent";
export { VixError } from "./guest-agent";
export { makeGuestStore } from "./guest-store";
export { findIsolation } from "./linux/programs/isolation";

/** Lays the guest's file system out where its root directory is empty, and puts an agent over it. No process starts yet. */
export async function createGuestAgent(options: GuestOptions): Promise<GuestAgent> {
  return options.os === "windows" ? new WindowsAgent(options) : new LinuxAgent(options);
}

/** What guests of this kind cannot do on this machine, one sentence each, for people: say it at start. */
export function guestLimits(os: GuestOptions["os"], sandbox: GuestOptions["sandbox"]): readonly string[] {
  return os === "windows" ? windowsLimits() : findIsolation(sandbox).limits;
}
