import { hasCode } from "../errors/guest-error";
import type { AnyKind } from "../resources/resource-kind";
import { metaOf, namesWhere } from "../vocabulary/property-meta";
import { holdsUnknown, unknownValue, type PropertyMap } from "../properties/property-value";
import { decodeRecord } from "./recorded/record";
import { declaredInputs, secretOutputs } from "./recorded/state";
import type { Failure } from "../properties/validation";

/** Outputs that follow from the inputs, before any work: unknown where one of these inputs is. */
export interface Foreseen {
  readonly outputs: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

/**
 * Asks the kind what its inputs alone tell of the outputs; inputs that can't be used are failures. The dynamic skin puts
 * the answer among the inputs, and `up --plan` takes one for news that the preview left out: so the unknown ones are named.
 */
export async function foresee(
  kind: AnyKind,
  request: { readonly inputs: PropertyMap; readonly secretInputs: ReadonlySet<string>; readonly state?: PropertyMap },
  signal: AbortSignal,
): Promise<Foreseen> {
  const declared = declaredInputs(kind, request.inputs);
  const known = Object.entries(declared).filter(([, value]) => !holdsUnknown(value));
  const isUnknown = (input: string) => holdsUnknown(declared[input]);
  const unknown = namesWhere(kind.state, (output) => metaOf(output).follows?.some(isUnknown) === true);
  const secrets = secretOutputs(kind, request.secretInputs);
  try {
    const recorded = request.state && decodeRecord(kind, request.state).state;
    const outputs = (await kind.foresee?.(Object.fromEntries(known), signal, recorded)) ?? {};
    const notKnown = Object.fromEntries(unknown.map((name) => [name, unknownValue]));
    return { outputs: { ...outputs, ...notKnown }, secretOutputs: secrets, failures: [] };
  } catch (error) {
    if (!(error instanceof Error) || !hasCode(error, "INVALID_INPUT")) throw error;
    return { outputs: {}, secretOutputs: secrets, failures: [{ property: "", reason: error.message }] };
  }
}
