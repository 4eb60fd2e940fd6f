import { windowsPathFault } from "../guest/paths/windows-name";
import type { AnyKind } from "../resources/resource-kind";
import { holdsSecret, metaOf, propertiesOf } from "../vocabulary/property-meta";
import { topLevelName } from "../properties/property-path";
import { withoutInternal, type PropertyMap } from "../properties/property-value";
import { validate, type Failure } from "../properties/validation";

export interface CheckRequest {
  /** What the program declares, decoded (wire-value.ts). */
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
}

export interface CheckResponse {
  /** What the engine shall record: the program's own words; defaults are applied where inputs are used. */
  readonly inputs: PropertyMap;
  readonly failures: readonly Failure[];
}

/** Validates a resource's inputs before anything is touched. Reads nothing but its arguments. */
export function check(kind: AnyKind, request: CheckRequest): CheckResponse {
  const validated = validate(kind.inputs, withoutInternal(request.inputs));
  const failures = [
    ...(validated.ok ? [] : validated.failures),
    ...misplacedSecrets(kind, request.secretInputs),
    ...impossiblePaths(kind, request.inputs),
  ];
  return {
    inputs: request.inputs,
    failures: failures.map((failure) => withoutValue(kind, request.secretInputs, failure)),
  };
}

/** The engine prints the value of a property that a failure names: for secrets the name goes into the reason instead. */
function withoutValue(kind: AnyKind, secretInputs: ReadonlySet<string>, failure: Failure): Failure {
  const name = topLevelName(failure.property);
  const schema = propertiesOf(kind.inputs)[name];
  const isSecret = secretInputs.has(name) || (schema !== undefined && holdsSecret(schema));
  return isSecret ? { property: "", reason: `${failure.property}: ${failure.reason}` } : failure;
}

function misplacedSecrets(kind: AnyKind, secretInputs: ReadonlySet<string>): Failure[] {
  return Object.entries(propertiesOf(kind.inputs)).flatMap(([property, schema]) => {
    const reason = metaOf(schema).neverSecret;
    return reason === undefined || !secretInputs.has(property) ? [] : [{ property, reason }];
  });
}

/** No rule of the schema, which records share: what an earlier version has recorded stays readable. */
function impossiblePaths(kind: AnyKind, inputs: PropertyMap): Failure[] {
  return Object.entries(propertiesOf(kind.inputs)).flatMap(([property, schema]) => {
    const path = inputs[property];
    const reason = metaOf(schema).guestPath === true && typeof path === "string" ? windowsPathFault(path) : undefined;
    return reason === undefined ? [] : [{ property, reason }];
  });
}
