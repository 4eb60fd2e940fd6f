import { GuestError } from "../../errors/guest-error";
import { observationMaxAgeMs } from "../file-system/freshness";
import { execute } from "./execute";
import { type NamedCommand } from "./command-schema";
import type { GuestProgramRunTask } from "./schema";

/** Exit codes by which a shell says that it could not run the command: no answer to a guard's question. */
const couldNotRun = [126, 127];

/** What the guards say: whether to run, and the one that decided, in words. */
export interface GuardVerdict {
  readonly needed: boolean;
  readonly property: "creates" | "removes" | "unless" | "onlyIf";
  readonly reason: string;
}

/**
 * Asks the guards, cheapest first; the first that says no decides. Undefined when there are none. They only read: a
 * guard command must change nothing in the guest.
 */
export async function askGuards(
  task: GuestProgramRunTask,
  options: { readonly fresh: boolean },
): Promise<GuardVerdict | undefined> {
  const look = options.fresh ? {} : { maxAgeMs: observationMaxAgeMs };
  let last: GuardVerdict | undefined;
  for (const ask of [
    pathGuard("creates", look),
    pathGuard("removes", look),
    commandGuard("unless"),
    commandGuard("onlyIf"),
  ]) {
    const verdict = await ask(task);
    if (verdict?.needed === false) return verdict;
    last = verdict ?? last;
  }
  return last;
}

type Ask = (task: GuestProgramRunTask) => Promise<GuardVerdict | undefined>;

function pathGuard(property: "creates" | "removes", look: { readonly maxAgeMs?: number }): Ask {
  return async ({ guest, want, op }) => {
    const path = want[property];
    if (path === undefined) return undefined;
    const isThere = (await guest.files.find(path, op, look)).kind !== "absent";
    return {
      needed: isThere === (property === "removes"),
      property,
      reason: `${path} is ${isThere ? "there" : "absent"} in the guest`,
    };
  };
}

function commandGuard(property: "unless" | "onlyIf"): Ask {
  return async (task) => {
    const command = task.want[property];
    if (command === undefined) return undefined;
    const { exitCode } = await execute(task, { input: property, command } satisfies NamedCommand);
    if (couldNotRun.includes(exitCode)) {
      throw new GuestError(
        "PROGRAM_FAILED",
        `${task.guest.vm.name}: the ${property} command could not be run (exit code ${exitCode})`,
      );
    }
    return {
      needed: (exitCode === 0) === (property === "onlyIf"),
      property,
      reason: `the ${property} command exits ${exitCode}`,
    };
  };
}
