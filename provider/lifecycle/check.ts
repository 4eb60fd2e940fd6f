import type { ResourceKind } from "../resources/resource-kind";
import { metaOf, propertiesOf } from "../schema/property-meta";
import { withoutInternal, type PropertyMap } from "./property-value";
import { validate, type Failure } from "./validation";

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
export function check(kind: ResourceKind<object, object>, request: CheckRequest): CheckResponse {
  const validated = validate(kind.inputs, withoutInternal(request.inputs));
  const failures = [...(validated.ok ? [] : validated.failures), ...misplacedSecrets(kind, request.secretInputs)];
  return { inputs: request.inputs, failures };
}

function misplacedSecrets(kind: ResourceKind<object, object>, secretInputs: ReadonlySet<string>): Failure[] {
  return Object.entries(propertiesOf(kind.inputs)).flatMap(([property, schema]) => {
    const reason = metaOf(schema).neverSecret;
    return reason === undefined || !secretInputs.has(property) ? [] : [{ property, reason }];
  });
}
