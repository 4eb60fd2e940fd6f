import type { AnyKind, Task } from "../../resources/resource-kind";
import { isOptional, metaOf, namesWhere, propertiesOf } from "../../vocabulary/property-meta";
import { isWithin, topLevelName } from "../../properties/property-path";
import { driftOf, type Declared } from "./drift";

type Names = ReadonlySet<string>;

/** True where the difference of a property doesn't count: Pulumi's ignoreChanges. */
export function isIgnored(property: string, ignoreChanges: readonly string[] = []): boolean {
  return ignoreChanges.some((path) => isWithin(property, path));
}

/**
 * Inputs that the guest has otherwise and that an update for other reasons must not touch, since their differences don't
 * count. Looks at the guest only where there may be some; what is not there at all is made whole.
 */
export async function leftAlone(
  kind: AnyKind,
  task: Task<object, object>,
  { ignoreChanges = [], ...declared }: Declared & { readonly ignoreChanges?: readonly string[] | undefined },
): Promise<Names> {
  if (ignoreChanges.length === 0) return new Set();
  const observed = await kind.observe(task);
  if (!observed.exists) return new Set();
  const properties = driftOf(kind, declared, task.have, observed).map((one) => one.property);
  const counting = new Set(properties.filter((one) => !isIgnored(one, ignoreChanges)).map(topLevelName));
  const schemas = propertiesOf(kind.inputs);
  const optional = (name: string) => schemas[name] !== undefined && isOptional(schemas[name]);
  return new Set(properties.map(topLevelName).filter((name) => !counting.has(name) && optional(name)));
}

/** The outputs that tell of these inputs. */
export function outputsTellingOf(kind: AnyKind, inputs: Names): Names {
  return new Set(namesWhere(kind.state, (output) => metaOf(output).tellsOf?.some((name) => inputs.has(name)) === true));
}

/** The same task as if `left` were not declared, nor recorded. */
export function without(kind: AnyKind, task: Task<object, object>, left: Names): Task<object, object> {
  if (left.size === 0) return task;
  const recorded = outputsTellingOf(kind, left);
  const have = task.have === undefined ? undefined : omit(task.have, new Set([...left, ...recorded]));
  return { ...task, want: omit(task.want, left), have };
}

/** What is recorded of outputs that tell of inputs left alone. */
export function recordedOf(kind: AnyKind, { have }: Task<object, object>, left: Names): object {
  const names = outputsTellingOf(kind, left);
  return Object.fromEntries(Object.entries(have ?? {}).filter(([name]) => names.has(name)));
}

function omit(properties: object, names: Names): object {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name)));
}
