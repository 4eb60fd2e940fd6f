import type { RegistryValue } from "../../guest/guest";
import { shortText } from "../../values/short-text";
import type { Difference } from "../resource-kind";
import type { GuestRegistryKeyState, GuestRegistryKeyTask } from "./schema";
import { dataOf, declaredOf, isSameData } from "./values";

/** What is to be done so that a key's values are as declared, and why. */
export interface ValuesPlan {
  readonly set: readonly RegistryValue[];
  readonly remove: readonly string[];
  readonly reasons: readonly Difference[];
}

/** Names of values ignore case. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** Compares the values that are there with those that are declared, and with what an earlier deploy had brought. */
export function planValues(
  { want, have, op }: Pick<GuestRegistryKeyTask, "want" | "have" | "op">,
  there: readonly RegistryValue[],
): ValuesPlan {
  const isSecret = op.secretInputs.has("values");
  const found = new Map(there.map((value) => [nameKey(value.name), value]));
  const declared = Object.entries(want.values ?? {});
  const set: RegistryValue[] = [];
  const reasons: Difference[] = [];
  for (const [name, value] of declared) {
    const data = dataOf(value);
    const actual = found.get(nameKey(name));
    if (actual !== undefined && isSameData(actual.data, data)) continue;
    set.push({ name, data });
    reasons.push({
      property: "values",
      reason: differs(name, actual, value, isSecret),
      isLoss: actual !== undefined,
    });
  }
  const wanted = new Set(declared.map(([name]) => nameKey(name)));
  const ours = ownNames(have);
  const remove: string[] = [];
  for (const { name } of there) {
    const isOurs = ours.has(nameKey(name));
    if (wanted.has(nameKey(name)) || (want.purge !== true && !isOurs)) continue;
    remove.push(name);
    reasons.push({
      property: "values",
      reason: `value "${name}" is not declared; it will be removed`,
      isLoss: !isOurs,
    });
  }
  return { set, remove, reasons };
}

/** Names of the values that a record has brought, those that were there before left out. */
export function ownNames(have: GuestRegistryKeyState | undefined): ReadonlySet<string> {
  const adopted = new Set((have?.adopted ?? []).map(nameKey));
  return new Set(
    Object.keys(have?.values ?? {})
      .map(nameKey)
      .filter((name) => !adopted.has(name)),
  );
}

function differs(name: string, actual: RegistryValue | undefined, wanted: unknown, isSecret: boolean): string {
  const subject = name === "" ? "the default value" : `value "${name}"`;
  if (actual === undefined) return `${subject} is absent in the guest`;
  if (isSecret) return `${subject} differs in the guest`;
  return `${subject} is ${shortText(declaredOf(actual.data))} in the guest, wanted ${shortText(wanted)}`;
}
