import { Typed } from "../soap/encode";
import { Fault } from "../soap/fault";
import type { FieldType } from "../soap/schema/notation";
import type { Data } from "../soap/schema/types";
import { dataType, isManaged, propertiesOf } from "../soap/schema/tables";
import type { Call } from "./call";
import { isVisible, type ManagedObject } from "./managed-object";

/** The values of an object's properties, and those that may not be read. */
export interface ReadProperties {
  readonly propSet: Data<"DynamicProperty">[];
  readonly missingSet: Data<"MissingProperty">[];
}

/**
 * Reads property paths of an object. Unset ones are left out; without a session those of the inventory are missing
 * with NotAuthenticated (docs/reference/protocol.md#sessions), without System.View with NoPermission. Throws InvalidProperty for a path that the type has not.
 */
export function readProperties(object: ManagedObject, paths: readonly string[], call: Call): ReadProperties {
  const propSet: Data<"DynamicProperty">[] = [];
  const missingSet: Data<"MissingProperty">[] = [];
  for (const path of paths) {
    const steps = parsePath(path);
    const refusal = refusalOf(object, call);
    if (refusal !== undefined) {
      checkPath(object, steps, path);
      missingSet.push({ path, fault: refusal.localized() });
      continue;
    }
    const value = readPath(object, steps, path, call);
    if (value !== undefined) propSet.push({ name: path, val: value });
  }
  return { propSet, missingSet };
}

/** Names of all properties of an object. */
export const allProperties = (object: ManagedObject): string[] => [...propertiesOf(object.ref.type).keys()];

/** One property, as `Fetch` answers it. Throws NotAuthenticated, InvalidProperty. */
export function readProperty(object: ManagedObject, path: string, call: Call): Typed | undefined {
  const refusal = refusalOf(object, call);
  if (refusal !== undefined) throw refusal;
  return readPath(object, parsePath(path), path, call);
}

/** Why the caller is told nothing of an object; undefined when it may read it. */
function refusalOf(object: ManagedObject, call: Call): Fault | undefined {
  const privilege = { object: object.ref, privilegeId: "System.View" };
  if (call.session === undefined && !isAnonymous(object.ref.type)) return new Fault("NotAuthenticated", privilege);
  return isVisible(object, call) ? undefined : new Fault("NoPermission", privilege);
}

/** The services' own properties need no login; entities, tasks and views do. */
function isAnonymous(type: string): boolean {
  return !isManaged(type, "ExtensibleManagedObject") && !isManaged(type, "View");
}

/** One step of a path: a name, and the key of an element where the value is an array. */
interface Step {
  readonly name: string;
  readonly key: string | undefined;
}

const stepPattern = /([A-Za-z_]\w*)(?:\[(?:"([^"]*)"|(\d+))\])?(?:\.|$)/y;

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < path.length) {
    const match = stepPattern.exec(path);
    if (match?.[1] === undefined) throw new Fault("InvalidProperty", { name: path });
    steps.push({ name: match[1], key: match[2] ?? match[3] });
  }
  if (steps.length === 0) throw new Fault("InvalidProperty", { name: path });
  return steps;
}

function checkPath(object: ManagedObject, [first]: readonly Step[], path: string): void {
  if (first === undefined || !propertiesOf(object.ref.type).has(first.name))
    throw new Fault("InvalidProperty", { name: path });
}

function readPath(object: ManagedObject, steps: readonly Step[], path: string, call: Call): Typed | undefined {
  checkPath(object, steps, path);
  const [first, ...rest] = steps as [Step, ...Step[]];
  const declared = propertiesOf(object.ref.type).get(first.name) as FieldType;
  let at: Typed = element(new Typed(declared, object.properties[first.name]?.(call)), first, path);
  for (const step of rest) at = element(member(at, step, path), step, path);
  return at.value === undefined || at.value === null ? undefined : at;
}

/** Steps from a data object into one of its fields; unset objects have unset fields. */
function member(from: Typed, step: Step, path: string): Typed {
  if (from.type.kind !== "data" || from.type.array) throw new Fault("InvalidProperty", { name: path });
  const value = from.value as Readonly<Record<string, unknown>> | undefined;
  const actual = typeof value?.["$type"] === "string" ? value["$type"] : from.type.name;
  const field = dataType(actual)?.fieldByName.get(step.name);
  if (field === undefined) throw new Fault("InvalidProperty", { name: path });
  return new Typed(field.type, value?.[step.name]);
}

/** Picks the element with the step's key out of an array. */
function element(from: Typed, step: Step, path: string): Typed {
  if (step.key === undefined) return from;
  if (!from.type.array) throw new Fault("InvalidProperty", { name: path });
  const items = (from.value ?? []) as readonly { readonly key?: unknown }[];
  const found = items.find((item) => String(item.key) === step.key);
  return new Typed({ ...from.type, array: false }, found);
}
