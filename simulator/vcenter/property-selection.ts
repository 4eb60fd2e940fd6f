import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import { isManaged, isManagedType, propertiesOf } from "../soap/schema/tables";
import type { Data } from "../soap/schema/types";
import type { Call } from "./call";
import { isVisible, type ManagedObject } from "./managed-object";
import { allProperties } from "./property-reader";
import { notFound, type Registry } from "./registry";

type FilterSpec = Data<"PropertyFilterSpec">;
type Selection = Data<"SelectionSpec">;
type Traversal = Extract<Selection, { readonly $type: "TraversalSpec" }>;

/** An object that a filter selects, with the property paths to read. */
export interface Selected {
  readonly object: ManagedObject;
  readonly paths: readonly string[];
}

/**
 * The objects that a PropertyFilterSpec selects, each once, in the order met (docs/reference/protocol.md#properties).
 * Throws ManagedObjectNotFound for a named object that is gone, unless the filter says to pass over it; InvalidType.
 */
export function select(spec: FilterSpec, registry: Registry, call: Call): Selected[] {
  const met = new Map<string, ManagedObject>();
  for (const objectSpec of spec.objectSet) {
    const start = registry.find(objectSpec.obj);
    if (start === undefined) {
      if (spec.reportMissingObjectsInResults === true) continue;
      throw notFound(objectSpec.obj);
    }
    const walk = new Walk(registry, call, met, namedSelections(objectSpec.selectSet ?? []));
    walk.visit(start, objectSpec.skip ?? false, objectSpec.selectSet ?? []);
  }
  for (const { type } of spec.propSet) if (!isManagedType(type)) throw new Fault("InvalidType", { argument: type });
  return [...met.values()].flatMap((object) => withPaths(object, spec));
}

/** Paths of all property specs for the object's type; none: the object is not reported. */
function withPaths(object: ManagedObject, spec: FilterSpec): Selected[] {
  const specs = spec.propSet.filter(({ type }) => isManaged(object.ref.type, type));
  if (specs.length === 0) return [];
  const paths = specs.flatMap((one) => (one.all === true ? allProperties(object) : (one.pathSet ?? [])));
  return [{ object, paths: [...new Set(paths)] }];
}

/** Selections by name, at any depth: a bare SelectionSpec refers to one of them, also to one that holds it. */
function namedSelections(selections: readonly Selection[]): Map<string, Traversal> {
  const named = new Map<string, Traversal>();
  const collect = (list: readonly Selection[]): void => {
    for (const one of list) {
      if (one.$type !== "TraversalSpec") continue;
      if (one.name !== undefined) named.set(one.name, one);
      collect(one.selectSet ?? []);
    }
  };
  collect(selections);
  return named;
}

/** One walk over the object graph along traversal specs. */
class Walk {
  readonly #walked = new Set<string>();
  readonly #registry: Registry;
  readonly #call: Call;
  readonly #met: Map<string, ManagedObject>;
  readonly #named: ReadonlyMap<string, Traversal>;

  constructor(registry: Registry, call: Call, met: Map<string, ManagedObject>, named: ReadonlyMap<string, Traversal>) {
    this.#registry = registry;
    this.#call = call;
    this.#met = met;
    this.#named = named;
  }

  visit(object: ManagedObject, skip: boolean, selections: readonly Selection[]): void {
    if (!skip) this.#met.set(object.ref.value, object);
    for (const selection of selections) {
      const traversal = selection.$type === "TraversalSpec" ? selection : this.#named.get(selection.name ?? "");
      if (traversal === undefined) throw new Fault("InvalidArgument", { invalidProperty: "selectSet.name" });
      this.#follow(object, traversal);
    }
  }

  #follow(object: ManagedObject, traversal: Traversal): void {
    if (!isManagedType(traversal.type)) throw new Fault("InvalidType", { argument: traversal.type });
    if (!isManaged(object.ref.type, traversal.type)) return;
    const step = `${object.ref.value} ${traversal.type} ${traversal.path} ${traversal.name ?? ""}`;
    if (this.#walked.has(step)) return;
    this.#walked.add(step);
    for (const ref of this.#references(object, traversal.path)) {
      const next = this.#registry.find(ref);
      if (next !== undefined && isVisible(next, this.#call))
        this.visit(next, traversal.skip ?? false, traversal.selectSet ?? []);
    }
  }

  #references(object: ManagedObject, path: string): readonly ManagedObjectReference[] {
    const type = propertiesOf(object.ref.type).get(path);
    if (type === undefined) throw new Fault("InvalidProperty", { name: path });
    if (type.kind !== "reference") return [];
    const value = object.properties[path]?.(this.#call);
    if (value === undefined || value === null) return [];
    return type.array ? (value as readonly ManagedObjectReference[]) : [value as ManagedObjectReference];
  }
}
