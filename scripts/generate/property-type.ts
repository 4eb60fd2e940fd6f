import type { z } from "zod";
import {
  isOptional,
  metaOf,
  propertiesOf,
  unwrapped,
  type PropertyMeta,
  type Schema,
} from "../../provider/vocabulary/property-meta";

/** The shape of a property, between zod's words and those of Pulumi's schema and of TypeScript. */
export type PropertyType =
  | { readonly kind: "string" | "number" | "integer" | "boolean" | "any" | "asset" | "archive" }
  | { readonly kind: "enum"; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly items: PropertyType }
  | { readonly kind: "map"; readonly values: PropertyType }
  | {
      readonly kind: "object";
      readonly name: string;
      readonly description: string;
      readonly properties: readonly Property[];
    }
  | { readonly kind: "union"; readonly options: readonly PropertyType[] };

/** One property of a kind, of the provider's configuration or of a nested object. */
export interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly optional: boolean;
  readonly meta: PropertyMeta;
}

/** The properties of an object schema; `owner` begins the names of nested types that don't name themselves. */
export function describeProperties(schema: Schema, owner: string): Property[] {
  return Object.entries(propertiesOf(schema)).map(([name, property]) => ({
    name,
    type: describe(property, owner + pascal(name)),
    optional: isOptional(property),
    meta: metaOf(property),
  }));
}

interface Definition {
  readonly type: string;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly options?: readonly Schema[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
}

function describe(schema: Schema, name: string): PropertyType {
  const meta = metaOf(schema);
  if (meta.pulumiType !== undefined) return pulumiType(meta.pulumiType);
  const bare = unwrapped(schema);
  const def = bare._zod.def as unknown as Definition;
  const typeName = meta.typeName ?? name;
  // The type's own words: a property that uses it says in a wrapper's description what it uses it for.
  const description = metaOf(bare).description ?? "";
  switch (def.type) {
    case "string":
    case "boolean":
      return { kind: def.type };
    case "number":
      return { kind: isInteger(bare) ? "integer" : "number" };
    case "any":
    case "unknown":
      return { kind: "any" };
    case "enum":
      return { kind: "enum", name: typeName, values: Object.values(def.entries ?? {}) };
    case "literal":
      return literal(def.values ?? []);
    case "array":
      return { kind: "list", items: describe(part(def.element, name), name) };
    case "record":
      return { kind: "map", values: describe(part(def.valueType, name), name) };
    case "object":
      return { kind: "object", name: typeName, description, properties: describeProperties(bare, typeName) };
    case "union":
      return union(def.options ?? [], typeName, description);
    default:
      throw new Error(`${name}: zod type ${def.type} has no counterpart in Pulumi's schema`);
  }
}

/** Alternatives; objects among them become one object, whose properties are required only where all of them have them. */
function union(options: readonly Schema[], name: string, description: string): PropertyType {
  const described = options.map((option) => withOwnName(describe(option, name), name));
  const objects = described.filter((one) => one.kind === "object");
  const others = described.filter((one) => one.kind !== "object");
  const merged = objects.length === 0 ? [] : [mergeObjects(objects, name, description)];
  const distinct = [...new Map([...others, ...merged].map((one) => [JSON.stringify(one), one])).values()];
  const [first] = distinct;
  return distinct.length === 1 && first !== undefined ? first : { kind: "union", options: distinct };
}

/** Words among the alternatives are a type of their own beside the object of that name. */
function withOwnName(type: PropertyType, taken: string): PropertyType {
  return type.kind === "enum" && type.name === taken ? { ...type, name: `${taken}Kind` } : type;
}

type ObjectType = PropertyType & { readonly kind: "object" };

function mergeObjects(objects: readonly ObjectType[], name: string, description: string): ObjectType {
  const byName = new Map<string, Property>();
  for (const property of objects.flatMap((one) => one.properties)) {
    const everywhere = objects.every((one) =>
      one.properties.some((other) => other.name === property.name && !other.optional),
    );
    byName.set(property.name, { ...property, optional: !everywhere });
  }
  return { kind: "object", name, description, properties: [...byName.values()] };
}

function pulumiType(reference: string): PropertyType {
  const known: Record<string, PropertyType> = {
    "pulumi.json#/Asset": { kind: "asset" },
    "pulumi.json#/Archive": { kind: "archive" },
    "pulumi.json#/Any": { kind: "any" },
  };
  const found = known[reference];
  if (found === undefined) throw new Error(`unknown pulumiType ${reference}`);
  return found;
}

function literal(values: readonly unknown[]): PropertyType {
  const [type] = new Set(values.map((value) => typeof value));
  if (type === "string" || type === "number" || type === "boolean") return { kind: type };
  throw new Error(`literal of type ${type} has no counterpart in Pulumi's schema`);
}

function isInteger(schema: Schema): boolean {
  return ["safeint", "int32", "uint32"].includes(String((schema as z.ZodNumber).format));
}

function part(schema: Schema | undefined, name: string): Schema {
  if (schema === undefined) throw new Error(`${name}: a container without a type for its items`);
  return schema;
}

function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
