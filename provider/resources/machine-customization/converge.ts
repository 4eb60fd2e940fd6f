import { isDeepStrictEqual } from "node:util";
import { GuestError } from "../../errors/guest-error";
import { ConvergeIncompleteError } from "../resource-kind";
import { madeOf, madeSteps, type Step, stepsOf, taskOf } from "./steps";
import type { MachineCustomizationState, MachineCustomizationTask } from "./schema";

type Outcome = MachineCustomizationState["steps"][number];

/** Takes the steps that have to be taken, one after the other, up to the first that fails. */
export async function convergeMachineCustomization(task: MachineCustomizationTask): Promise<MachineCustomizationState> {
  return new Customizing(task).run();
}

/** The work on one machine: what was done is recorded also where it fails. */
class Customizing {
  readonly #task: MachineCustomizationTask;
  readonly #made: Record<string, unknown>;
  readonly #outcomes: Outcome[] = [];
  #hasChanged = false;

  constructor(task: MachineCustomizationTask) {
    this.#task = task;
    this.#made = { ...task.have?.made };
  }

  async run(): Promise<MachineCustomizationState> {
    const steps = stepsOf(this.#task.want);
    try {
      await this.#takeAway(steps);
      for (const step of steps) await this.#take(step);
      return this.#state(undefined);
    } catch (error) {
      const reached = new Set(this.#outcomes.map((one) => one.step));
      for (const { key } of steps) if (!reached.has(key)) this.#outcomes.push({ step: key, outcome: "notReached" });
      const failure = error instanceof Error ? error : new Error(String(error));
      if (this.#task.want.onFailure === "record" && isRecordable(failure)) return this.#state(failure);
      throw new ConvergeIncompleteError(failure, this.#state(failure));
    }
  }

  async #take(step: Step): Promise<void> {
    const before = madeOf(this.#made[step.key]);
    const task = taskOf(step, this.#task, this.#task.others, before?.state);
    const { vm: _vm, ...inputs } = step.want as { readonly vm: unknown };
    const isDone = before !== undefined && isDeepStrictEqual(before.inputs, plain(inputs)) && !this.#mustFollow(step);
    if (isDone) {
      const seen = await step.kind.observe(task);
      if (seen.exists && (seen.drift ?? []).length === 0) {
        this.#outcomes.push({ step: step.key, outcome: "unchanged" });
        return;
      }
    }
    this.#hasChanged = true;
    try {
      const state = await step.kind.converge(task);
      this.#made[step.key] = plain({ inputs, state });
      this.#outcomes.push({ step: step.key, outcome: "changed" });
    } catch (error) {
      this.#outcomes.push({ step: step.key, outcome: "failed" });
      if (!(error instanceof ConvergeIncompleteError)) throw error;
      const { state, cause } = error as ConvergeIncompleteError<object>;
      // Without its inputs it is never taken for done.
      this.#made[step.key] = plain({ inputs: {}, state });
      throw cause;
    }
  }

  /** A program is run again when something before it was changed. */
  #mustFollow({ property }: Step): boolean {
    return property === "programs" && this.#hasChanged;
  }

  /** What is no longer declared goes first, as a resource of its own would. */
  async #takeAway(steps: readonly Step[]): Promise<void> {
    const { have, others } = this.#task;
    if (have === undefined) return;
    const declared = new Set(steps.map(({ key }) => key));
    for (const { step, made } of madeSteps(have)) {
      if (declared.has(step.key)) continue;
      if (step.kind.needsRemoval?.(made.state) !== false) {
        const { guest, op, others: own } = taskOf(step, this.#task, others, made.state);
        await step.kind.remove({ guest, have: made.state, others: own, op });
        this.#hasChanged = true;
      }

      delete this.#made[step.key];
    }
  }

  #state(failure: Error | undefined): MachineCustomizationState {
    const { guest, want } = this.#task;
    return {
      ...want,
      instanceUuid: guest.vm.instanceUuid,
      succeeded: failure === undefined,
      ...(failure === undefined ? {} : { failure: failure.message }),
      steps: this.#outcomes,
      logs: this.#logs(),
      made: this.#made,
    };
  }

  #logs(): Record<string, string> {
    const states = Object.values(this.#made).map(
      (recorded) => madeOf(recorded)?.state as { logs?: unknown } | undefined,
    );
    return Object.assign({}, ...states.map((state) => state?.logs ?? {})) as Record<string, string>;
  }
}

/** An end that the user or the engine has called for is none of the machine's. */
export function isRecordable(error: Error): boolean {
  return error instanceof GuestError && error.code !== "CANCELLED";
}

/** As it is recorded: without what is undefined. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
