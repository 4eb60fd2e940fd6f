import type { RemovalTask } from "../resource-kind";
import { execute, requireSuccess } from "./execute";
import { type NamedCommand } from "./command-schema";
import type { GuestProgramRunState } from "./schema";

/** More cannot be given to a program in one environment variable, here or in the guest. */
const longestVariable = 32_768;

/** Runs the delete command, if there is one. */
export async function removeGuestProgramRun(removal: RemovalTask<GuestProgramRunState>): Promise<void> {
  const { have } = removal;
  if (have.delete === undefined) return;
  const run: NamedCommand = { input: "delete", command: have.delete };
  const outputs = {
    PULUMI_COMMAND_STDOUT: have.stdout.slice(0, longestVariable),
    PULUMI_COMMAND_STDERR: have.stderr.slice(0, longestVariable),
  };
  const task = { ...removal, want: have };
  requireSuccess(task, run, await execute(task, run, outputs));
}
