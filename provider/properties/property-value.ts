/** A value that is not known yet: the output of a resource that a preview would create. */
export class Unknown {
  toString(): string {
    return "(not known yet)";
  }
}

/** The one unknown value. */
export const unknownValue = new Unknown();

/** What Pulumi calls a property value, without its wire wrappers. Assets keep Pulumi's own form (resources/sources/asset.ts). */
export type PropertyValue =
  boolean | number | string | null | Unknown | readonly PropertyValue[] | { readonly [name: string]: PropertyValue };

/** Properties of a resource by name. */
export type PropertyMap = Readonly<Record<string, PropertyValue>>;

/** True for a JSON object; arrays, null and unknowns are none. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** True when the value, or anything within it, is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isRecord(value) && Object.values(value).some(holdsUnknown);
}

/** Names that Pulumi and the skins use for themselves (`__provider`, `__defaults`); never inputs of a kind. */
export function isInternalName(name: string): boolean {
  return name.startsWith("__");
}

/** The properties that belong to the kind. */
export function withoutInternal(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !isInternalName(name)));
}
