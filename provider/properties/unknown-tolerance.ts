import { z } from "zod";
import { innerOf, type Schema } from "../vocabulary/property-meta";
import { holdsUnknown, isRecord, Unknown } from "./property-value";

/**
 * The schema that accepts `value` with its unknowns: exactly where an unknown stands, anything goes; all other rules
 * stay, those over several properties too.
 */
export function toleratingUnknowns(schema: Schema, value: unknown): Schema {
  if (value instanceof Unknown) return z.custom((given) => given instanceof Unknown, notUnknown);
  if (!holdsUnknown(value)) return schema;
  const inner = innerOf(schema);
  if (inner !== undefined) return withDefinition(schema, { innerType: toleratingUnknowns(inner, value) });
  const def = schema._zod.def as z.core.$ZodTypeDef & Partial<ContainerDefinition>;
  if (def.options !== undefined) {
    return withDefinition(schema, { options: def.options.map((option) => toleratingUnknowns(option, value)) });
  }
  if (def.shape !== undefined && isRecord(value)) {
    return withDefinition(schema, {
      shape: Object.fromEntries(
        Object.entries(def.shape).map(([name, property]) => [name, toleratingUnknowns(property, value[name])]),
      ),
    });
  }
  if (def.valueType !== undefined && isRecord(value)) {
    return withDefinition(schema, { valueType: toleratingAny(def.valueType, Object.values(value)) });
  }
  if (def.element !== undefined && Array.isArray(value)) {
    return withDefinition(schema, { element: toleratingAny(def.element, value) });
  }
  return schema;
}

/** What the alternative "is unknown" says where a value is known: nothing that a person should read. */
export const notUnknown = "is not unknown";

interface ContainerDefinition {
  readonly options: readonly Schema[];
  readonly shape: Readonly<Record<string, Schema>>;
  readonly valueType: Schema;
  readonly element: Schema;
}

/** One schema for all the values of a map or array, of which some may hold unknowns. */
function toleratingAny(schema: Schema, values: readonly unknown[]): Schema {
  const holders = values.filter(holdsUnknown);
  return z.union([schema, ...holders.map((value) => toleratingUnknowns(schema, value))]);
}

function withDefinition(schema: Schema, part: Partial<ContainerDefinition> & { innerType?: Schema }): Schema {
  return z.core.clone(schema, { ...schema._zod.def, ...part });
}
