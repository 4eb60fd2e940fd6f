import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import type { Difference, Observed } from "../resource-kind";
import { askGuards } from "./guards";
import type { GuestProgramRunInputs, GuestProgramRunState } from "./schema";

/** A run is what it was; its guards are asked anew, and a run that failed is to be done again. */
export async function observeGuestProgramRun(
  guest: Guest,
  want: GuestProgramRunInputs,
  recorded: GuestProgramRunState | undefined,
  op: Operation,
): Promise<Observed<GuestProgramRunState>> {
  if (recorded === undefined)
    return { exists: false, reason: "a program run cannot be found again in the guest, only done" };
  const drift: Difference[] = [];
  if (!recorded.succeeded) drift.push({ property: "exitCode", reason: "the last run failed; it will be done again" });
  const verdict = await askGuards(guest, want, op, { fresh: false });
  if (verdict?.needed === true)
    drift.push({ property: verdict.property, reason: `${verdict.reason}; the program will be run` });
  return { exists: true, state: recorded, drift };
}
