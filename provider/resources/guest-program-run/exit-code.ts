import type { ProgramResult } from "../../guest/guest";
import type { GuestProgramRunInputs } from "./schema";

type Outcome = Pick<ProgramResult, "exitCode">;

/** True when the run went well: its exit code is accepted, or asks for a reboot. */
export function isAccepted(want: GuestProgramRunInputs, result: Outcome): boolean {
  return includes(want.successExitCodes ?? [0], result) || isRebootAsked(want, result);
}

/** True when the exit code says that a reboot is under way. */
export function isRebootAsked(want: GuestProgramRunInputs, result: Outcome): boolean {
  return includes(want.rebootExitCodes ?? [], result);
}

/** Windows has exit codes of 32 bits, which some write with a sign and others without. */
function includes(exitCodes: readonly number[], { exitCode }: Outcome): boolean {
  return exitCodes.some((each) => (each | 0) === (exitCode | 0));
}
