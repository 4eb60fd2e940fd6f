import { hasCode } from "../errors/guest-error";
import type { AnyKind } from "../resources/resource-kind";
import { metaOf, namesWhere } from "../vocabulary/property-meta";
import { holdsUnknown, unknownValue, type PropertyMap } from "../properties/property-value";
import { isIgnored, outputsTellingOf } from "./recorded/left-alone";
import { decodeRecord } from "./recorded/record";
import { declaredInputs, secretOutputs } from "./recorded/state";
import type { Failure } from "../properties/validation";

/** Outputs that follow from the inputs, before any work: unknown where one of these inputs is. */
export interface Foreseen {
  readonly outputs: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

/** What is foreseen of. */
export interface ForeseeRequest {
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Recorded state, where there is one: for a kind that needs it. */
  readonly state?: PropertyMap;
  /** Outputs as they were, in an update: they stay so where the inputs that they tell of are ignored. */
  readonly before?: PropertyMap;
  readonly ignoreChanges?: readonly string[];
}

/**
 * Asks the kind what its inputs alone tell of the outputs; inputs that can't be used are failures. The dynamic skin puts
 * the answer among the inputs, and `up --plan` takes one for news that the preview left out: so the unknown ones are named.
 */
export async function foresee(kind: AnyKind, request: ForeseeRequest, signal: AbortSignal): Promise<Foreseen> {
  const declared = declaredInputs(kind, request.inputs);
  const known = Object.entries(declared).filter(([, value]) => !holdsUnknown(value));
  const isUnknown = (input: string) => holdsUnknown(declared[input]);
  const unknown = namesWhere(kind.state, (output) => metaOf(output).tellsOf?.some(isUnknown) === true);
  const secrets = secretOutputs(kind, request.secretInputs);
  try {
    const recorded = request.state && decodeRecord(kind, request.state).state;
    const outputs = (await kind.foresee?.(Object.fromEntries(known), signal, recorded)) ?? {};
    const notKnown = Object.fromEntries(unknown.map((name) => [name, unknownValue]));
    const stays = keptOutputs(kind, request, Object.keys(outputs));
    return { outputs: { ...outputs, ...notKnown, ...stays }, secretOutputs: secrets, failures: [] };
  } catch (error) {
    if (!(error instanceof Error) || !hasCode(error, "INVALID_INPUT")) throw error;
    return { outputs: {}, secretOutputs: secrets, failures: [{ property: "", reason: error.message }] };
  }
}

/** Of the outputs foreseen, those of ignored inputs, as they were. */
function keptOutputs(
  kind: AnyKind,
  { before = {}, ignoreChanges = [] }: ForeseeRequest,
  foreseen: readonly string[],
): PropertyMap {
  const ignored = namesWhere(kind.inputs, (_, name) => isIgnored(name, ignoreChanges));
  const telling = outputsTellingOf(kind, new Set(ignored));
  const kept = foreseen.filter((name) => telling.has(name) && before[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, before[name] ?? null]));
}
