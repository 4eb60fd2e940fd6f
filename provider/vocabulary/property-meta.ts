import type { z } from "zod";

/** What the declaration of a property may say beside its shape, through zod's `.meta()`. */
export interface PropertyMeta {
  /** Markdown for people: hover text, schema, reference. */
  readonly description?: string | undefined;
  /** The value is a secret, whether or not the program marks it so. */
  readonly secret?: boolean | undefined;
  /** Outputs: secret when any of these top-level inputs is. */
  readonly secretWhen?: readonly string[] | undefined;
  /**
   * Outputs: tells of these top-level inputs. Secret when one of them is, not known while one of them is not, and as recorded
   * while they are left alone.
   */
  readonly tellsOf?: readonly string[] | undefined;
  /** A change makes a new object in place of the old one. */
  readonly replaces?: boolean | undefined;
  /** A path in a guest: another notation of the same path is no difference. */
  readonly guestPath?: boolean | undefined;
  /** What two notations of the same thing have in common; a change of notation is no difference. */
  readonly notation?: ((text: string) => string | undefined) | undefined;
  /** Says how to reach the guest or for how long to try, not what the object is like: no change of it is a difference. */
  readonly operational?: boolean | undefined;
  /** The guest itself tells it: first declared of an imported object, it is a difference only where the guest has it otherwise. */
  readonly seenInGuest?: boolean | undefined;
  /** Why the input must not hold a secret, and what to do instead. */
  readonly neverSecret?: string | undefined;
  readonly examples?: readonly unknown[] | undefined;
  readonly deprecationMessage?: string | undefined;
  /** The input in whose place this one came, and what its values (as text) are called now: for records and programs of then. */
  readonly formerly?: { readonly name: string; readonly values: Readonly<Record<string, string>> } | undefined;
  /** Pulumi's own type in place of the zod shape: `pulumi.json#/Asset`, `#/Archive`, `#/Any`. */
  readonly pulumiType?: string | undefined;
  /** Name of the nested type; made from kind and property where left out. */
  readonly typeName?: string | undefined;
  /** Provider configuration: environment variables that give the value where the stack does not. */
  readonly environment?: readonly string[] | undefined;
}

declare module "zod" {
  interface GlobalMeta {
    secret?: boolean | undefined;
    secretWhen?: readonly string[] | undefined;
    tellsOf?: readonly string[] | undefined;
    replaces?: boolean | undefined;
    guestPath?: boolean | undefined;
    notation?: ((text: string) => string | undefined) | undefined;
    operational?: boolean | undefined;
    seenInGuest?: boolean | undefined;
    neverSecret?: string | undefined;
    deprecationMessage?: string | undefined;
    formerly?: PropertyMeta["formerly"];
    pulumiType?: string | undefined;
    typeName?: string | undefined;
    environment?: readonly string[] | undefined;
  }
}

/** A schema as classic zod gives it: with `.meta()` and `.def`. */
export type Schema = z.core.$ZodType;

/** The schema inside `.optional()`, `.default()`, `.nullable()`, `.readonly()`, or undefined if it is not wrapped. */
export function innerOf(schema: Schema): Schema | undefined {
  const def = schema._zod.def as z.core.$ZodTypeDef & { innerType?: Schema; in?: Schema; out?: Schema };
  return def.innerType ?? (def.type === "pipe" ? def.in : undefined);
}

/** The schema without its wrappers. */
export function unwrapped(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrapped(inner);
}

/** All that `.meta()` says of a property, its wrappers included; the outermost word counts. */
export function metaOf(schema: Schema): PropertyMeta {
  const inner = innerOf(schema);
  const own = (schema as z.ZodType).meta?.() as PropertyMeta | undefined;
  return { ...(inner === undefined ? {} : metaOf(inner)), ...own };
}

/** True when a program may leave the property out. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin !== undefined;
}

/** The properties of an object schema by name, in order of declaration; none if it is no object. */
export function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  const bare = unwrapped(schema)._zod.def as z.core.$ZodTypeDef & { shape?: Record<string, Schema> };
  return bare.shape === undefined ? {} : withoutInherited(bare.shape);
}

const bareShapes = new WeakMap<object, Readonly<Record<string, Schema>>>();

/** Names come from programs and recorded states: none finds what every object inherits. Copied once: it is asked often. */
function withoutInherited(shape: Record<string, Schema>): Readonly<Record<string, Schema>> {
  const bare = bareShapes.get(shape) ?? Object.assign(Object.create(null) as Record<string, Schema>, shape);
  bareShapes.set(shape, bare);
  return bare;
}

/** True for inputs that say how to work on an object, as against what it is like. */
export function isOperational(schema: Schema): boolean {
  return metaOf(schema).operational === true;
}

/** True when the property or anything declared within it is secret. */
export function holdsSecret(schema: Schema): boolean {
  return metaOf(schema).secret === true || partsOf(schema).some(holdsSecret);
}

/** The schemas of what a value is made of, or may be. */
function partsOf(schema: Schema): readonly Schema[] {
  const { shape, options, element, valueType } = unwrapped(schema)._zod.def as z.core.$ZodTypeDef & {
    shape?: Record<string, Schema>;
    options?: readonly Schema[];
    element?: Schema;
    valueType?: Schema;
  };
  return [...Object.values(shape ?? {}), ...(options ?? []), element, valueType].filter((part) => part !== undefined);
}

/** Names of the properties of an object schema for which `says` answers true. */
export function namesWhere(schema: Schema, says: (property: Schema, name: string) => boolean): string[] {
  return Object.entries(propertiesOf(schema))
    .filter(([name, property]) => says(property, name))
    .map(([name]) => name);
}
