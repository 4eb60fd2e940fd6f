import type { ResourceKind } from "../resources/resource-kind";
import { withoutInternal, type PropertyMap } from "./property-value";
import { validate, type Failure } from "./validation";

export interface CheckRequest {
  /** What the program declares, decoded (wire-value.ts). */
  readonly inputs: PropertyMap;
}

export interface CheckResponse {
  /** What the engine shall record: the program's own words; defaults are applied where inputs are used. */
  readonly inputs: PropertyMap;
  readonly failures: readonly Failure[];
}

/** Validates a resource's inputs before anything is touched. Reads nothing but its arguments. */
export function check(kind: ResourceKind<object, object>, request: CheckRequest): CheckResponse {
  const validated = validate(kind.inputs, withoutInternal(request.inputs));
  return { inputs: request.inputs, failures: validated.ok ? [] : validated.failures };
}
