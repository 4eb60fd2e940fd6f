import { GuestError } from "../../errors/guest-error";
import type { Guest, RegistryValue } from "../../guest/guest";
import { given } from "../../values/given";
import { prospectsOf } from "../prospects";
import type { LookAheadTask, Observed, Prospect } from "../resource-kind";
import { keyOf } from "./key";
import { nameKey, planValues } from "./plan";
import type { GuestRegistryKeyInputs, GuestRegistryKeyState, GuestRegistryKeyTask } from "./schema";
import { dataOf, declaredOf, isSameData } from "./values";

/** Looks at the key: one request. */
export async function observeGuestRegistryKey(task: GuestRegistryKeyTask): Promise<Observed<GuestRegistryKeyState>> {
  const { guest, want, have, op } = task;
  requireWindows(guest, want);
  const there = await guest.registry.values(keyOf(want), op);
  if (there === undefined) return { exists: false, reason: "there is no such key in the guest" };
  const { adopted, createdParents, changedAt } = have ?? {};
  const state: GuestRegistryKeyState = {
    ...want,
    ...(want.values === undefined ? {} : { values: seenValues(want.values, there) }),
    instanceUuid: guest.vm.instanceUuid,
    created: have?.created ?? false,
    ...given({ adopted, createdParents, changedAt }),
  };
  return { exists: true, state, drift: planValues(task, there).reasons };
}

/** Declared values as the guest has them, in the program's words where they agree. */
function seenValues(
  declared: NonNullable<GuestRegistryKeyInputs["values"]>,
  there: readonly RegistryValue[],
): NonNullable<GuestRegistryKeyInputs["values"]> {
  const found = new Map(there.map(({ name, data }) => [nameKey(name), data]));
  return Object.fromEntries(
    Object.entries(declared).flatMap(([name, value]) => {
      const actual = found.get(nameKey(name));
      if (actual === undefined) return [];
      return [[name, isSameData(actual, dataOf(value)) ? value : declaredOf(actual)] as const];
    }),
  );
}

/** What a create would meet. */
export function lookAheadOfGuestRegistryKey(task: LookAheadTask<GuestRegistryKeyInputs>): Promise<Prospect[]> {
  return prospectsOf(meet(task));
}

async function meet(task: LookAheadTask<GuestRegistryKeyInputs>): Promise<Prospect[]> {
  const { guest, want, op } = task;
  requireWindows(guest, want);
  const there = await guest.registry.values(keyOf(want), op);
  if (there === undefined) return [];
  requireNew(guest, want);
  const differences = planValues(task, there).reasons.map(({ reason }) => reason);
  if (differences.length === 0) return [{ outcome: "kept", text: "is there already, as declared; it is adopted" }];
  return [{ outcome: "changed", text: `is there already; it is adopted and changed; ${differences.join("; ")}` }];
}

/** INVALID_INPUT in a guest that has no registry. */
export function requireWindows({ family, vm }: Guest, { path }: GuestRegistryKeyInputs): void {
  if (family === "windows") return;
  throw new GuestError("INVALID_INPUT", `${vm.name} ${path}: only Windows guests have a registry, and this is none.`);
}

/** PATH_EXISTS where a key that is there must not be taken over. */
export function requireNew({ vm }: Guest, { path, onExists }: GuestRegistryKeyInputs): void {
  if (onExists !== "error") return;
  throw new GuestError(
    "PATH_EXISTS",
    `${vm.name} ${path}: is there already, and onExists is "error". Remove the key, or set onExists to "adopt" to take it over.`,
  );
}
