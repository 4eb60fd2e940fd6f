import { printableName } from "../../values/printable";
import { prospectsOf } from "../prospects";
import type { Difference, LookAheadTask, Observed, Prospect } from "../resource-kind";
import type { MachineCustomizationInputs, MachineCustomizationState, MachineCustomizationTask } from "./schema";
import { madeOf, stepsOf, taskOf } from "./steps";

/** Looks at each directory and file, and asks the programs' guards. */
export async function observeMachineCustomization(
  task: MachineCustomizationTask,
): Promise<Observed<MachineCustomizationState>> {
  const { guest, want, have, others } = task;
  if (have === undefined) return { exists: false, reason: "a customization cannot be found again in a guest" };
  const drift: Difference[] = [];
  for (const step of stepsOf(want)) {
    const made = madeOf(have.made[step.key]);
    // What is new is a difference of the program's.
    if (made === undefined) continue;
    const seen = await step.kind.observe(taskOf(step, task, others, made.state));
    const reasons = seen.exists ? (seen.drift ?? []) : [{ reason: seen.reason }];
    for (const { reason, ...more } of reasons)
      drift.push({ ...more, property: step.property, reason: `${printableName(step.key)}: ${reason}` });
  }
  return { exists: true, state: { ...have, ...want, instanceUuid: guest.vm.instanceUuid }, drift };
}

/** What each step would meet in a create, as far as it is known. */
export async function lookAheadOfMachineCustomization(
  ahead: LookAheadTask<MachineCustomizationInputs>,
): Promise<Prospect[]> {
  const isKnown = ({ property }: { readonly property: string }) => !ahead.unknown.has(property);
  const brought: string[] = [];
  const prospects: Prospect[] = [];
  for (const step of stepsOf(ahead.want).filter(isKnown)) {
    const task = taskOf(step, ahead, ahead.others, undefined);
    const isComing = (path: string) => brought.includes(path) || ahead.isComing(path);
    const look = step.kind.lookAhead({
      ...task,
      have: undefined,
      unknown: new Set(),
      isComing,
    } as unknown as LookAheadTask<object>);
    const found = await prospectsOf(look);
    prospects.push(...found.map((one) => ({ ...one, text: `${printableName(step.key)}: ${one.text}` })));
    brought.push(...(step.kind.brings?.(step.want) ?? []).map(({ path }) => path));
    // Programs may bring about anything for those after them.
    if (step.property === "programs") break;
  }
  return prospects;
}
