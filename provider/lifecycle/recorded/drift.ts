import type { AnyKind, Observed } from "../../resources/resource-kind";
import { holdsSecret, isOperational, metaOf, propertiesOf, type Schema } from "../../vocabulary/property-meta";
import { given } from "../../values/given";
import { shown, type PropertyDifference } from "./declared-differences";
import { formatPath, topLevelName } from "../../properties/property-path";
import { holdsUnknown, type PropertyMap } from "../../properties/property-value";
import { declaredInputs, recordedInputs } from "./state";
import { differencesBetween, sameValue, type ValueDifference } from "../../properties/value-differences";

/** What of a diff's request the guest is compared with. */
export interface Declared {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
}

/** How the guest differs from what is declared, property by property. */
export function driftOf(
  kind: AnyKind,
  request: Declared,
  recorded: object | undefined,
  observed: Observed<object>,
): PropertyDifference[] {
  const declared = declaredInputs(kind, request.inputs);
  const before = recorded === undefined ? {} : recordedInputs(kind, recorded);
  const causeOf = (name: string) =>
    name in declared && !sameValue(before[name], declared[name]) ? ("changed" as const) : ("drifted" as const);
  if (!observed.exists) return [absence(kind, request.id, observed.reason)];
  const own = (observed.drift ?? []).map((one) => ({
    property: one.property,
    kind: "update" as const,
    replaces: false,
    cause: causeOf(topLevelName(one.property)),
    reason: one.reason,
    ...given({ isLoss: one.isLoss }),
  }));
  const spoken = new Set(own.map((one) => topLevelName(one.property)));
  const there = recordedInputs(kind, observed.state);
  const schemas = propertiesOf(kind.inputs);
  const derived = Object.entries(declared).flatMap(([name, value]) => {
    const schema = schemas[name];
    if (schema === undefined || isOperational(schema)) return [];
    if (name === "vm" || spoken.has(name) || holdsUnknown(value)) return [];
    return differencesBetween(there[name], value, [name]).map((one) => ({
      property: formatPath(one.path),
      kind: "update" as const,
      replaces: metaOf(schema).replaces === true,
      cause: causeOf(name),
      reason: reasonFor(schema, request, one),
    }));
  });
  return [...own, ...derived];
}

/** An object that is not there shows at the property that names it. */
function absence(kind: AnyKind, id: string, reason: string): PropertyDifference {
  const [property = "vm"] = Object.keys(kind.parseId(id));
  return { property, kind: "update", replaces: false, cause: "drifted", reason };
}

function reasonFor(schema: Schema, { secretInputs }: Declared, { path, from, to }: ValueDifference): string {
  const property = formatPath(path);
  if (secretInputs.has(String(path[0])) || holdsSecret(schema)) return `${property} differs in the guest`;
  return `${property} is ${shown(from)} in the guest, ${shown(to)} is declared`;
}
