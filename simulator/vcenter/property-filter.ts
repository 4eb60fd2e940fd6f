import { encodeField } from "../soap/encode";
import type { ManagedObjectReference } from "../soap/schema/notation";
import { fieldType } from "../soap/schema/tables";
import type { Data } from "../soap/schema/types";
import type { Call } from "./call";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import { readProperties } from "./property-reader";
import { select } from "./property-selection";
import type { Registry } from "./registry";

interface Known {
  readonly ref: ManagedObjectReference;
  /** Encoded values by path, for comparison. */
  readonly values: ReadonlyMap<string, string>;
}

const anyType = fieldType("anyType");

/** PropertyFilter: remembers what was reported, and reports what differs from it. */
export class PropertyFilter implements ManagedObject {
  readonly ref: ManagedObjectReference;
  #known = new Map<string, Known>();
  readonly #spec: Data<"PropertyFilterSpec">;
  readonly #partialUpdates: boolean;
  readonly #registry: Registry;
  readonly #destroy: (filter: PropertyFilter) => void;

  constructor(
    id: string,
    spec: Data<"PropertyFilterSpec">,
    partialUpdates: boolean,
    registry: Registry,
    destroy: (filter: PropertyFilter) => void,
  ) {
    this.#spec = spec;
    this.#partialUpdates = partialUpdates;
    this.#registry = registry;
    this.#destroy = destroy;
    this.ref = { type: "PropertyFilter", value: id };
  }

  readonly properties: Properties<"PropertyFilter"> = {
    spec: () => this.#spec,
    partialUpdates: () => this.#partialUpdates,
  };

  readonly methods: MethodHandlers<"PropertyFilter"> = { DestroyPropertyFilter: () => this.#destroy(this) };

  /** Reports everything again at the next look. */
  forget(): void {
    this.#known = new Map();
  }

  /** The changes since the last look, undefined for none; an object that is gone leaves. */
  changes(call: Call): Data<"PropertyFilterUpdate"> | undefined {
    const seen = new Map<string, Known>();
    const updates: Data<"ObjectUpdate">[] = [];
    for (const { object, paths } of select(
      { ...this.#spec, reportMissingObjectsInResults: true },
      this.#registry,
      call,
    )) {
      const { propSet, missingSet } = readProperties(object, paths, call);
      const values = new Map(propSet.map((property) => [property.name, encodeField("val", anyType, property.val)]));
      seen.set(object.ref.value, { ref: object.ref, values });
      const before = this.#known.get(object.ref.value);
      const changeSet = [
        ...propSet
          .filter(({ name }) => before?.values.get(name) !== values.get(name))
          .map(({ name, val }) => ({ name, op: "assign" as const, val })),
        ...[...(before?.values.keys() ?? [])]
          .filter((name) => !values.has(name))
          .map((name) => ({ name, op: "assign" as const })),
      ];
      if (before === undefined) updates.push({ kind: "enter", obj: object.ref, changeSet, missingSet });
      else if (changeSet.length > 0) updates.push({ kind: "modify", obj: object.ref, changeSet });
    }
    for (const [id, { ref }] of this.#known) if (!seen.has(id)) updates.push({ kind: "leave", obj: ref });
    this.#known = seen;
    return updates.length === 0 ? undefined : { filter: this.ref, objectSet: updates };
  }
}
