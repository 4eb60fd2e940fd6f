import type { AnyKind } from "../../resources/resource-kind";
import { pathKey } from "../../guest/paths/normal-path";
import { holdsSecret, isOperational, metaOf, propertiesOf, type Schema } from "../../vocabulary/property-meta";
import { formatPath } from "../../properties/property-path";
import { holdsUnknown, Unknown, type PropertyMap } from "../../properties/property-value";
import { declaredInputs } from "./state";
import { shortText } from "../../values/short-text";
import { differencesBetween, type ValueDifference } from "../../properties/value-differences";

type Properties = Readonly<Record<string, unknown>>;

/** A difference of one property, ready for either skin. */
export interface PropertyDifference {
  /** As the user writes it: `mode`, `environment.PATH`. */
  readonly property: string;
  readonly kind: "add" | "update" | "delete";
  readonly replaces: boolean;
  /** changed: the program says something else than last time. drifted: the guest does. */
  readonly cause: "changed" | "drifted";
  /** One line for people; never a secret's value. */
  readonly reason: string;
  /** What is in the guest goes, and is not what the resource brought. */
  readonly isLoss?: boolean;
}

/** What the program says now against what it said last time. */
export function compareDeclared(
  kind: AnyKind,
  recorded: Properties,
  inputs: PropertyMap,
  secretInputs: ReadonlySet<string>,
): PropertyDifference[] {
  const now = declaredInputs(kind, inputs);
  const names = [...new Set([...Object.keys(now), ...Object.keys(recorded)])];
  return names.flatMap((name) => {
    const schema = propertiesOf(kind.inputs)[name];
    if (schema === undefined || isOperational(schema) || isSameInOtherWords(schema, recorded[name], now[name]))
      return [];
    const isSecret = secretInputs.has(name) || holdsSecret(schema);
    return differencesBetween(recorded[name], now[name], [name]).map((one) => ({
      property: formatPath(one.path),
      kind: one.kind,
      replaces: metaOf(schema).replaces === true,
      cause: "changed" as const,
      reason: reasonFor(one, isSecret),
    }));
  });
}

/** True for two notations of the same, where the property has several: of one path in a guest. */
export function isSameInOtherWords(schema: Schema, before: unknown, now: unknown): boolean {
  const { guestPath, notation = guestPath === true ? pathKey : undefined } = metaOf(schema);
  if (notation === undefined || typeof before !== "string" || typeof now !== "string") return false;
  return notation(before) === notation(now);
}

function reasonFor({ path, kind, from, to }: ValueDifference, isSecret: boolean): string {
  const property = formatPath(path);
  if (kind === "delete") return `${property} is no longer declared`;
  if (holdsUnknown(to)) return `${property} is not known yet`;
  if (isSecret) return `${property} has changed`;
  return kind === "add" ? `${property} is now ${shown(to)}` : `${property} was ${shown(from)}, is now ${shown(to)}`;
}

/** A value for people, short. */
export function shown(value: unknown): string {
  if (value instanceof Unknown) return String(value);
  if (value === undefined) return "absent";
  return shortText(value);
}
