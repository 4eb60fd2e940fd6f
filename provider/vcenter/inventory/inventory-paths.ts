import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { PropertyCollector } from "../../vim/property-collector";
import { reference, text } from "../../vim/xsd";

/** Folders within folders: a server may say that two hold each other. */
const maxDepth = 100;

/** Where the paths of VMs are read. */
export interface Inventory {
  readonly collector: PropertyCollector;
  readonly rootFolder: ManagedObjectReference;
}

type Parents = Map<string, { readonly name: string | undefined; readonly parent: ManagedObjectReference | undefined }>;

/** Paths by moid, read upwards level by level for all VMs at once. */
export async function inventoryPaths(
  vms: readonly ManagedObjectReference[],
  { collector, rootFolder }: Inventory,
  call: CallOptions,
): Promise<Map<string, string>> {
  const parents: Parents = new Map();
  let level: readonly ManagedObjectReference[] = vms;
  for (let depth = 0; level.length > 0 && depth < maxDepth; depth += 1) {
    const above = new Map<string, ManagedObjectReference>();
    for (const type of new Set(level.map((at) => at.type))) {
      const ofType = level.filter((at) => at.type === type);
      for (const found of await collector.retrieve(ofType, { name: text, parent: reference }, call)) {
        const { name, parent } = found.properties;
        parents.set(String(found.reference), { name, parent });
        if (parent !== undefined && !parents.has(String(parent))) above.set(String(parent), parent);
      }
    }
    level = [...above.values()];
  }
  return new Map(
    vms.flatMap((vm) => {
      const path = pathOf(vm, parents, rootFolder);
      return path === undefined ? [] : [[vm.value, path]];
    }),
  );
}

/** Undefined where it can't be told whole: the VM stands in a vApp, or a folder above it may not be read. */
function pathOf(vm: ManagedObjectReference, parents: Parents, rootFolder: ManagedObjectReference): string | undefined {
  const names: string[] = [];
  for (let at = vm; String(at) !== String(rootFolder);) {
    const { name, parent } = parents.get(String(at)) ?? {};
    if (name === undefined || parent === undefined || names.length >= maxDepth) return undefined;
    names.unshift(name);
    at = parent;
  }
  return `/${names.join("/")}`;
}
