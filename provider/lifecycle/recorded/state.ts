import { z } from "zod";
import { GuestError } from "../../errors/guest-error";
import type { AnyKind } from "../../resources/resource-kind";
import { holdsSecret, metaOf, namesWhere, propertiesOf, type Schema } from "../../vocabulary/property-meta";
import { isInternalName, withoutInternal, type PropertyMap } from "../../properties/property-value";
import { validate } from "../../properties/validation";

type Properties = Readonly<Record<string, unknown>>;

/**
 * The state of an earlier deploy, of an earlier version perhaps: what the kind does not know is dropped, a property
 * that it can't read counts as not recorded. Undefined when too little is left to be a state.
 */
export function decodeState(kind: AnyKind, recorded: PropertyMap): object | undefined {
  const known = propertiesOf(kind.state);
  let candidate: Properties = Object.fromEntries(
    Object.entries({ ...respelled(kind, recorded), ...withoutInternal(recorded) }).filter(
      ([name, value]) => name in known && value !== null,
    ),
  );
  for (;;) {
    const parsed = z.safeParse(kind.state, candidate);
    if (parsed.success) return onlyRecorded(parsed.data, candidate);
    const unreadable = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? "")));
    const left = Object.entries(candidate).filter(([name]) => !unreadable.has(name));
    if (left.length === Object.keys(candidate).length) return undefined;
    candidate = Object.fromEntries(left);
  }
}

/** What a record says in words of an earlier version, in those of today. */
function respelled(kind: AnyKind, recorded: PropertyMap): Properties {
  return Object.fromEntries(
    Object.entries(propertiesOf(kind.inputs)).flatMap(([name, schema]) => {
      const { formerly } = metaOf(schema);
      const value = formerly === undefined ? undefined : formerly.values[JSON.stringify(recorded[formerly.name])];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Without the defaults that a schema adds: they would look like words of the program's. */
function onlyRecorded(parsed: object, recorded: Properties): object {
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => name in recorded));
}

/** Inputs for work in the guest: parsed, defaults applied. Check has let them pass; what fails here is a bug or an unknown. */
export function parseInputs(kind: AnyKind, inputs: PropertyMap): object {
  const validated = validate(kind.inputs, declaredInputs(kind, inputs));
  if (validated.ok) return validated.value as object;
  const reasons = validated.failures.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new GuestError("INVALID_INPUT", `${kind.token}: ${reasons}`);
}

/** The inputs that a state records, as far as they are there. */
export function recordedInputs(kind: AnyKind, state: object): Properties {
  if (kind.inputsOf !== undefined) return kind.inputsOf(state) as Properties;
  const names = propertiesOf(kind.inputs);
  return Object.fromEntries(Object.entries(state).filter(([name, value]) => name in names && value !== undefined));
}

/**
 * A state as it is recorded: what the kind knows of the object, and the inputs exactly as the program declared them (so
 * that no default of ours ever looks like a word of the program's).
 */
export function encodeState(kind: AnyKind, state: object, declared: PropertyMap): Properties {
  if (kind.inputsOf !== undefined) return withUnset(kind, state as Properties);
  const inputs = propertiesOf(kind.inputs);
  const outputs = Object.entries(state).filter(([name]) => !(name in inputs));
  return withUnset(kind, { ...declaredInputs(kind, declared), ...Object.fromEntries(outputs) });
}

/**
 * A state that tells all its properties, those that are not set as null: in a preview Pulumi's SDKs take what is left out
 * for not known yet, in an unchanged resource too.
 */
export function withUnset(kind: AnyKind, state: Properties): Properties {
  const names = new Set([...Object.keys(propertiesOf(kind.state)), ...Object.keys(state)]);
  return Object.fromEntries([...names].map((name) => [name, state[name] ?? null]));
}

/** The declared inputs that the kind knows. */
export function declaredInputs(kind: AnyKind, inputs: PropertyMap): PropertyMap {
  const known = propertiesOf(kind.inputs);
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name in known && !isInternalName(name)));
}

/** Names of the outputs that are secret, given which inputs are. */
export function secretOutputs(kind: AnyKind, secretInputs: ReadonlySet<string>): Set<string> {
  return new Set(
    namesWhere(kind.state, (property, name) => secretInputs.has(name) || isSecretOutput(property, secretInputs)),
  );
}

function isSecretOutput(property: Schema, secretInputs: ReadonlySet<string>): boolean {
  return holdsSecret(property) || (metaOf(property).secretWhen ?? []).some((input) => secretInputs.has(input));
}
