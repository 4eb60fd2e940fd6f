import { createHash } from "node:crypto";
import { normalServer } from "../soap/endpoint";
import { VCenter } from "./vcenter";
import { allDone } from "../operation/all-done";
import type { VCenterSettings } from "../vcenter/settings";

export { VCenter } from "./vcenter";
export type { VCenterSettings } from "../vcenter/settings";
export type { GuestCredential } from "./guest";
export type { VmSelector } from "../vcenter/inventory/selector";

const pool = new Map<string, VCenter>();
let exitHooked = false;

/**
 * The VCenter for these settings: the same one for the same settings, so that a process has one session per server
 * and login. On SIGINT, SIGTERM and at the end of the process's work it logs out by itself, unless the program
 * handles these signals: then it has to call closeAllVCenters.
 */
export function vcenterFor(settings: VCenterSettings): VCenter {
  const key = createHash("sha256")
    .update(JSON.stringify(Object.entries({ ...settings, server: normalServer(settings.server) }).sort()))
    .digest("hex");
  let vcenter = pool.get(key);
  if (vcenter === undefined) {
    vcenter = new VCenter(settings);
    pool.set(key, vcenter);
    hookExit();
  }
  return vcenter;
}

/** Logs out everywhere. The VCenters stay usable and log in again when used. */
export async function closeAllVCenters(): Promise<void> {
  await allDone([...pool.values()].map((vcenter) => vcenter.close()));
}

function hookExit(): void {
  if (exitHooked) return;
  exitHooked = true;
  process.once("beforeExit", () => void closeAllVCenters());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // A program that handles the signal decides when its work, and so the session, ends.
    if (process.listenerCount(signal) > 0) continue;
    const end = () => {
      process.removeListener(signal, end);
      if (process.listenerCount(signal) > 0) return;
      void closeAllVCenters().finally(() => process.kill(process.pid, signal));
    };
    process.on(signal, end);
  }
}
