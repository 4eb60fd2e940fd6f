import { hasCode } from "../errors/guest-error";
import type { AnyKind } from "../resources/resource-kind";
import { holdsUnknown, type PropertyMap } from "../properties/property-value";
import { declaredInputs, decodeState, secretOutputs } from "./recorded/state";
import type { Failure } from "../properties/validation";

/** Outputs that are known before any work. */
export interface Foreseen {
  readonly outputs: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

/** Asks the kind what its inputs alone tell of the outputs; inputs that can't be used are failures. */
export async function foresee(
  kind: AnyKind,
  request: { readonly inputs: PropertyMap; readonly secretInputs: ReadonlySet<string>; readonly state?: PropertyMap },
  signal: AbortSignal,
): Promise<Foreseen> {
  const known = Object.entries(declaredInputs(kind, request.inputs)).filter(([, value]) => !holdsUnknown(value));
  const secrets = secretOutputs(kind, request.secretInputs);
  try {
    const recorded = request.state === undefined ? undefined : decodeState(kind, request.state);
    const outputs = (await kind.foresee?.(Object.fromEntries(known), signal, recorded)) ?? {};
    return { outputs: outputs as PropertyMap, secretOutputs: secrets, failures: [] };
  } catch (error) {
    if (!(error instanceof Error) || !hasCode(error, "INVALID_INPUT")) throw error;
    return { outputs: {}, secretOutputs: secrets, failures: [{ property: "", reason: error.message }] };
  }
}
