import type { ResourceKind } from "../resources/resource-kind";
import { propertiesOf } from "../schema/property-meta";
import { UNKNOWN, type PropertyMap } from "./property-value";
import { decodeState, encodeState, secretOutputs } from "./recorded-state";

export interface PreviewRequest {
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Recorded state of an update; undefined for a create. */
  readonly state?: PropertyMap;
}

export interface PreviewResponse {
  readonly state: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
}

/** What create or update would record: the declared inputs, and outputs as unknown. Touches nothing. */
export function preview(kind: ResourceKind<object, object>, request: PreviewRequest): PreviewResponse {
  const before = request.state === undefined ? undefined : decodeState(kind, request.state);
  const outputs = Object.keys(propertiesOf(kind.state)).map((name) => [name, UNKNOWN] as const);
  const known = before === undefined ? {} : { instanceUuid: (before as { instanceUuid?: string }).instanceUuid };
  const state = encodeState(kind, { ...Object.fromEntries(outputs), ...known }, request.inputs) as PropertyMap;
  return { state, secretOutputs: secretOutputs(kind, request.secretInputs) };
}
