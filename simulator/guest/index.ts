import type { GuestAgent, GuestOptions } from "./guest-agent";
import { LinuxAgent } from "./linux/linux-agent";

export type * from "./guest-agent";
export { VixError } from "./guest-agent";
export { VIX } from "./vix";
export { findIsolation, type Isolation } from "./linux/programs/isolation";

/** Lays the guest's file system out where its root directory is empty, and puts an agent over it. No process starts yet. */
export async function createGuestAgent(options: GuestOptions): Promise<GuestAgent> {
  return new LinuxAgent(options);
}
