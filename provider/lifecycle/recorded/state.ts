import { GuestError } from "../../errors/guest-error";
import type { AnyKind } from "../../resources/resource-kind";
import { holdsSecret, metaOf, namesWhere, propertiesOf, type Schema } from "../../vocabulary/property-meta";
import { isInternalName, type PropertyMap } from "../../properties/property-value";
import { validate } from "../../properties/validation";

type Properties = Readonly<Record<string, unknown>>;

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
  const { secretWhen = [], tellsOf = [] } = metaOf(property);
  return holdsSecret(property) || [...secretWhen, ...tellsOf].some((input) => secretInputs.has(input));
}
