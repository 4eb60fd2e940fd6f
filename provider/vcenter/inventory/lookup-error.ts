import { distance as editDistance } from "fastest-levenshtein";
import { GuestError } from "../../errors/guest-error";
import type { CallOptions } from "../../soap/soap-call";
import { type Inventory, inventoryPaths } from "./inventory-paths";
import type { NamedObject } from "./names";
import type { VmRecord } from "./record";
import { describeSelector, readingsOf, type VmSelector } from "./selector";

const maxShown = 5;
/** VM_NOT_FOUND: what was looked for, and VMs with names like it. */
export function unknownVm(
  selector: VmSelector,
  server: { readonly where: string; readonly user: string },
  all: readonly NamedObject[],
): GuestError {
  const readings = readingsOf(selector);
  const similar = similarNames(readings[0]?.value ?? "", all).map(
    ({ name, reference: { value: moid } }) => `  ${written({ moid })}  ${JSON.stringify(name)}\n`,
  );
  const hint =
    similar.length === 0 ? "" : `VMs with similar names, each with what to give as \`vm\`:\n${similar.join("")}`;
  return new GuestError(
    "VM_NOT_FOUND",
    `No VM ${describeSelector(selector)} on ${server.where} (looked up as ${readings.map(({ by }) => by).join(" and ")}). ` +
      `Either there is none, or ${server.user} has no right to see it.${hint === "" ? "" : `\n${hint.trimEnd()}`}`,
  );
}

/** VM_AMBIGUOUS: all VMs that match, each with the selectors that mean no other. */
export async function ambiguousVm(
  selector: VmSelector,
  records: readonly VmRecord[],
  inventory: Inventory,
  call: CallOptions,
): Promise<GuestError> {
  const shown = records.slice(0, 2 * maxShown);
  const paths = await inventoryPaths(
    shown.map(({ reference }) => reference),
    inventory,
    call,
  ).catch(() => new Map<string, string>());
  const lines = shown.map(({ identity: { moid, instanceUuid, name } }) => {
    const inventoryPath = paths.get(moid);
    const last = inventoryPath === undefined ? JSON.stringify(name) : written({ inventoryPath });
    return `  ${written({ moid })}  ${written({ instanceUuid })}  ${last}`;
  });
  if (shown.length < records.length) lines.push(`  and ${records.length - shown.length} more`);
  const ways = readingsOf(selector).map(({ by }) => by);
  const lookedUp = ways.length === 1 ? "" : ` (looked up as ${ways.join(" and ")})`;
  return new GuestError(
    "VM_AMBIGUOUS",
    `${records.length} VMs match ${describeSelector(selector)}${lookedUp}:\n${lines.join("\n")}\n` +
      "Say which one is meant: give one of these objects as `vm`.",
  );
}

/** A selector as a program can take it: an object in TypeScript, Python and YAML alike. */
function written(selector: Readonly<Record<string, string>>): string {
  const [[property, value] = ["", ""]] = Object.entries(selector);
  return `{"${property}": ${JSON.stringify(value)}}`;
}

function similarNames(wanted: string, all: readonly NamedObject[]): NamedObject[] {
  const last = wanted.split(/[/ ]/).at(-1)?.toLowerCase() ?? "";
  if (last === "") return [];
  return all
    .map((vm) => ({ vm, distance: nameDistance(last, vm.name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, last.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxShown)
    .map(({ vm }) => vm);
}

/** Edits from one name to the other; a name within the other counts as close. */
function nameDistance(a: string, b: string): number {
  if (a.length > 2 && (b.includes(a) || (b.length > 2 && a.includes(b)))) return 1;
  return editDistance(a, b);
}
