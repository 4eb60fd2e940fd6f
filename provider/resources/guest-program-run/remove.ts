import { isOperational, propertiesOf } from "../../vocabulary/property-meta";
import type { Place, RemovalTask } from "../resource-kind";
import { execute, requireSuccess } from "./execute";
import { type NamedCommand } from "./command-schema";
import { guestProgramRunInputs, type GuestProgramRunInputs, type GuestProgramRunState } from "./schema";

/** More cannot be given to a program in one environment variable, here or in the guest. */
const longestVariable = 32_768;

/** Runs the delete command, if there is one. */
export async function removeGuestProgramRun(removal: RemovalTask<GuestProgramRunState>): Promise<void> {
  const { have } = removal;
  if (have.delete === undefined) return;
  const key = undoPlace(have)?.key;
  const holder = key === undefined ? undefined : await removal.others.heldBy(key);
  if (holder !== undefined) {
    const { guest, op } = removal;
    return op.log.info(
      `${guest.vm.name}: the delete command is not run, since ${holder} has done anew what it would undo`,
    );
  }
  const run: NamedCommand = { input: "delete", command: have.delete };
  const outputs = {
    PULUMI_COMMAND_STDOUT: have.stdout.slice(0, longestVariable),
    PULUMI_COMMAND_STDERR: have.stderr.slice(0, longestVariable),
  };
  const task = { ...removal, want: have };
  requireSuccess(task, run, await execute(task, run, outputs));
}

/** What says where, when and how long, and not what is done. */
const circumstances: readonly string[] = ["vm", "triggers"];

/**
 * What a run with a delete command is about: all that it does and undoes. Undoing the old of two records of the same would
 * undo the new.
 */
export function undoPlace(want: GuestProgramRunInputs): Place | undefined {
  if (want.delete === undefined) return undefined;
  const done = Object.entries(propertiesOf(guestProgramRunInputs))
    .filter(([name, schema]) => !isOperational(schema) && !circumstances.includes(name))
    .map(([name]) => [name, (want as Readonly<Record<string, unknown>>)[name]]);
  return { key: `run ${JSON.stringify(done)}`, isExclusive: false };
}
