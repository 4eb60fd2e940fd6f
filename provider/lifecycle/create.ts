import { ConvergeIncompleteError, type AnyKind } from "../resources/resource-kind";
import type { Guest } from "../guest/guest";
import type { Operation } from "../operation/operation";
import type { LifecycleContext } from "./scope/context";
import { credentialOf, guestForWork, selectorOf } from "./scope/guest-access";
import { timeoutSecondsOf, withOperation } from "./scope/operation-scope";
import type { PropertyMap } from "../properties/property-value";
import { encodeState, parseInputs, secretOutputs } from "./recorded/state";

export interface CreateRequest {
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Pulumi's customTimeouts, where the skin gets them; overrides the resource's own timeoutSeconds. */
  readonly timeoutSeconds?: number;
}

/** An object as it is recorded after work on it. */
export interface Converged {
  readonly id: string;
  /** Plain values, no unknowns; undefined properties are absent. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Names of the properties in `state` that are secret. */
  readonly secretOutputs: ReadonlySet<string>;
}

/** The object exists, but not as declared: its state is to be recorded, and the next up goes on from it. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    message: string,
    readonly converged: Converged,
    override readonly cause: Error,
  ) {
    super(message, { cause });
  }
}

/** Makes the object. Waits for VMware Tools; rejects with GuestError, or with PartialFailure when something was made. */
export async function create(kind: AnyKind, request: CreateRequest, context: LifecycleContext): Promise<Converged> {
  const want = parseInputs(kind, request.inputs);
  const timeoutSeconds = timeoutSecondsOf(request.timeoutSeconds, want as Readonly<Record<string, unknown>>);
  return withOperation(context, { timeoutSeconds, secretInputs: request.secretInputs }, async (op) => {
    const connection = context.connect();
    const credential = credentialOf(request.inputs, connection);
    const guest = await guestForWork(connection, selectorOf(request.inputs), credential, op);
    return converge(kind, guest, request, undefined, op);
  });
}

/** The one way to change a guest, for create and update. */
export async function converge(
  kind: AnyKind,
  guest: Guest,
  request: Pick<CreateRequest, "inputs" | "secretInputs">,
  have: object | undefined,
  op: Operation,
): Promise<Converged> {
  const want = parseInputs(kind, request.inputs);
  const recorded = (state: object): Converged => ({
    id: kind.id(guest.vm, want),
    state: { ...encodeState(kind, state, request.inputs), instanceUuid: guest.vm.instanceUuid },
    secretOutputs: secretOutputs(kind, request.secretInputs),
  });
  try {
    return recorded(await kind.converge({ guest, want, have, op }));
  } catch (error) {
    if (!(error instanceof ConvergeIncompleteError)) throw error;
    throw new PartialFailure(error.message, recorded((error as ConvergeIncompleteError<object>).state), error.cause);
  }
}
