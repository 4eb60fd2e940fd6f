import type { Difference, Observed } from "../resource-kind";
import { askGuards } from "./guards";
import type { GuestProgramRunState, GuestProgramRunTask } from "./schema";

/** A run is what it was; its guards are asked anew, and a run that failed is to be done again. */
export async function observeGuestProgramRun(task: GuestProgramRunTask): Promise<Observed<GuestProgramRunState>> {
  const { have } = task;
  if (have === undefined)
    return { exists: false, reason: "a program run cannot be found again in the guest, only done" };
  const drift: Difference[] = [];
  if (!have.succeeded) drift.push({ property: "exitCode", reason: "the last run failed; it will be done again" });
  const verdict = await askGuards(task, { fresh: false });
  if (verdict?.needed === true)
    drift.push({ property: verdict.property, reason: `${verdict.reason}; the program will be run` });
  return { exists: true, state: have, drift };
}
