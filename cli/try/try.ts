import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuestError } from "../../provider/errors/guest-error";
import { familyOf } from "../../provider/guest/paths/normal-path";
import type { VirtualMachine, WorkOptions } from "../../provider/library";
import { given } from "../../provider/values/given";
import { attributeChecks } from "./checks/attributes";
import { contentChecks } from "./checks/contents";
import { directoryChecks } from "./checks/directories";
import { fileChecks } from "./checks/files";
import { operationChecks } from "./checks/operations";
import { programChecks } from "./checks/programs";
import { NotApplicable, Trial, type TrialCheck } from "./trial";

/** What came of one check. */
export interface Result {
  readonly area: string;
  readonly check: string;
  readonly outcome: "held" | "failed" | "not applicable";
  /** Why, where it did not hold. */
  readonly text?: string;
  readonly milliseconds: number;
}

const areas: readonly (readonly [string, readonly TrialCheck[]])[] = [
  ["contents", contentChecks],
  ["attributes", attributeChecks],
  ["files", fileChecks],
  ["directories", directoryChecks],
  ["programs", programChecks],
  ["checks and operations", operationChecks],
];

/** Each check is over by then, whatever it waits for. */
const checkSeconds = 120;
const tidyingSeconds = 60;

/**
 * Does in a private directory of a guest what the resources do, and tells what held. Nothing is left there: the directory goes
 * with all that is in it, also where the work is ended before; where it can't be removed that is a failure of its own.
 */
export async function tryGuest(
  vm: VirtualMachine,
  work: WorkOptions,
  tell: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const record = (result: Result) => {
    results.push(result);
    tell(result);
  };
  const directory = await vm.files.makeTemporaryDirectory({ ...work, prefix: "vsphere-guest-try-" });
  const localDirectory = await mkdtemp(join(tmpdir(), "vsphere-guest-try-"));
  try {
    const family = familyOf(directory);
    // What is said of each step is no result.
    const quiet = given({ signal: work.signal });
    const isElevated = await elevated(vm, quiet);
    const trial = new Trial(
      vm,
      family,
      isElevated,
      { ...quiet, timeoutSeconds: checkSeconds },
      directory,
      localDirectory,
    );
    for (const [area, checks] of areas)
      for (const { name, run } of checks) {
        work.signal?.throwIfAborted();
        record({ area, check: name, ...(await outcomeOf(() => run(trial))) });
      }
  } finally {
    await rm(localDirectory, { recursive: true, force: true });
    const tidying = { timeoutSeconds: tidyingSeconds };
    const removed = () => vm.files.removeDirectory(directory, { ...tidying, recursive: true });
    record({ area: "afterwards", check: "nothing is left in the guest", ...(await outcomeOf(removed)) });
  }
  return results;
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Pick<Result, "outcome" | "text" | "milliseconds">> {
  const before = performance.now();
  const taken = () => Math.round(performance.now() - before);
  try {
    await work();
    return { outcome: "held", milliseconds: taken() };
  } catch (error) {
    const outcome = error instanceof NotApplicable ? "not applicable" : "failed";
    const code = error instanceof GuestError ? `${error.code}: ` : "";
    return { outcome, text: code + (error instanceof Error ? error.message : String(error)), milliseconds: taken() };
  }
}

/** Whether programs of the guest login have full rights; false where that can't be told. */
async function elevated(vm: VirtualMachine, work: WorkOptions): Promise<boolean> {
  const check = vm.managed("GuestEnvCheck");
  return check.up({ elevated: true, onFailure: "warn" }, { ...work, timeoutSeconds: checkSeconds }).then(
    () => check.state.satisfied === true,
    () => false,
  );
}
