import type { AnyKind } from "../resources/resource-kind";
import { given } from "../values/given";
import { propertiesOf } from "../vocabulary/property-meta";
import { foresee } from "./foresee";
import { unknownValue, type PropertyMap } from "../properties/property-value";
import { lastingOf } from "./recorded/lasting";
import { decodeRecord } from "./recorded/record";
import { encodeState } from "./recorded/state";

export interface PreviewRequest {
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Recorded state of an update; undefined for a create. */
  readonly state?: PropertyMap;
  readonly ignoreChanges?: readonly string[];
  /** The inputs that differ, as the diff of this operation has found. */
  readonly differing?: ReadonlySet<string> | undefined;
}

export interface PreviewResponse {
  readonly state: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
}

/**
 * What create or update would record: the declared inputs, the outputs that these alone tell, and all others as unknown.
 * Touches nothing.
 */
export async function preview(kind: AnyKind, request: PreviewRequest, signal: AbortSignal): Promise<PreviewResponse> {
  const before = request.state && decodeRecord(kind, request.state).state;
  const unknown = Object.keys(propertiesOf(kind.state)).map((name) => [name, unknownValue] as const);
  const { instanceUuid, registration } = (before ?? {}) as { instanceUuid?: string; registration?: string };
  const lasting = lastingOf(kind, before, { differing: request.differing, want: request.inputs });
  const kept = { ...given({ instanceUuid, registration }), ...lasting };
  const { outputs, secretOutputs } = await foresee(kind, { ...request, ...given({ before: request.state }) }, signal);
  const state = encodeState(kind, { ...Object.fromEntries(unknown), ...kept, ...outputs }, request.inputs);
  return { state: state as PropertyMap, secretOutputs };
}
