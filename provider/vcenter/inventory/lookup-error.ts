import { distance as editDistance } from "fastest-levenshtein";
import { GuestError } from "../../errors/guest-error";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { PropertyCollector } from "../../vim/property-collector";
import { reference, text } from "../../vim/xsd";
import type { NamedObject } from "./names";
import type { VmRecord } from "./record";
import { describeSelector, vmQueries, type VmSelector } from "./selector";

const maxShown = 5;

/** VM_NOT_FOUND: what was looked for, and VMs with names like it. */
export function unknownVm(
  selector: VmSelector,
  server: { readonly where: string; readonly user: string },
  all: readonly NamedObject[],
): GuestError {
  const ways = vmQueries(selector).map(({ by }) => by);
  const similar = similarNames(vmQueries(selector)[0]?.value ?? "", all);
  const hint =
    similar.length === 0
      ? ""
      : ` There are VMs with similar names: ${similar.map(({ name, reference: { value } }) => `"${name}" (${value})`).join(", ")}.`;
  return new GuestError(
    "VM_NOT_FOUND",
    `No VM ${describeSelector(selector)} on ${server.where} (looked up as ${ways.join(", then ")}).${hint} ` +
      `Either there is none, or ${server.user} has no right to see it.`,
  );
}

/** VM_AMBIGUOUS: all VMs that match, with what tells them apart. */
export async function ambiguousVm(
  selector: VmSelector,
  records: readonly VmRecord[],
  collector: PropertyCollector,
  call: CallOptions,
): Promise<GuestError> {
  const shown = records.slice(0, 2 * maxShown);
  const paths = await inventoryPaths(shown, collector, call).catch(() => new Map<string, string>());
  const lines = shown.map(
    ({ identity: { moid, instanceUuid, name } }) => `  ${moid}  ${instanceUuid}  ${paths.get(moid) ?? name}`,
  );
  if (shown.length < records.length) lines.push(`  and ${records.length - shown.length} more`);
  return new GuestError(
    "VM_AMBIGUOUS",
    `${records.length} VMs match ${describeSelector(selector)}:\n${lines.join("\n")}\n` +
      "Say which one by its managed object id, instance UUID or inventory path.",
  );
}

/** Paths by moid, read upwards level by level for all VMs at once. */
async function inventoryPaths(
  records: readonly VmRecord[],
  collector: PropertyCollector,
  call: CallOptions,
): Promise<Map<string, string>> {
  const parents = new Map<string, { readonly name: string; readonly parent: ManagedObjectReference | undefined }>();
  let level = records.map((record) => record.reference);
  while (level.length > 0) {
    const above = new Map<string, ManagedObjectReference>();
    for (const type of new Set(level.map((at) => at.type))) {
      const ofType = level.filter((at) => at.type === type);
      for (const found of await collector.retrieve(ofType, { name: text, parent: reference }, call)) {
        const { name = "", parent } = found.properties;
        parents.set(String(found.reference), { name, parent });
        if (parent !== undefined && !parents.has(String(parent))) above.set(String(parent), parent);
      }
    }
    level = [...above.values()];
  }
  return new Map(records.map(({ reference: vm }) => [vm.value, pathOf(vm, parents)]));
}

function pathOf(
  vm: ManagedObjectReference,
  parents: ReadonlyMap<string, { readonly name: string; readonly parent: ManagedObjectReference | undefined }>,
): string {
  const names: string[] = [];
  for (let at = parents.get(String(vm)); at?.parent !== undefined; at = parents.get(String(at.parent))) {
    names.unshift(at.name);
  }
  return `/${names.join("/")}`;
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
