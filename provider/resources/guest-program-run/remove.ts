import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { execute, requireSuccess } from "./execute";
import { type NamedCommand } from "./command-schema";
import type { GuestProgramRunState } from "./schema";

/** More cannot be given to a program in one environment variable, here or in the guest. */
const longestVariable = 32_768;

/** Runs the delete command, if there is one. */
export async function removeGuestProgramRun(guest: Guest, have: GuestProgramRunState, op: Operation): Promise<void> {
  if (have.delete === undefined) return;
  const run: NamedCommand = { input: "delete", command: have.delete };
  const outputs = {
    PULUMI_COMMAND_STDOUT: have.stdout.slice(0, longestVariable),
    PULUMI_COMMAND_STDERR: have.stderr.slice(0, longestVariable),
  };
  requireSuccess(guest, have, run, await execute(guest, have, run, op, outputs), op);
}
