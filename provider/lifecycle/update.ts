import { GuestError } from "../errors/guest-error";
import type { ResourceKind } from "../resources/resource-kind";
import type { LifecycleContext } from "./context";
import { converge, type Converged, type CreateRequest } from "./create";
import { guestForWork, selectorOf } from "./guest-access";
import { timeoutSecondsOf, withOperation } from "./operation-scope";
import type { PropertyMap } from "./property-value";
import { decodeState, parseInputs } from "./recorded-state";

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  /** Recorded state. */
  readonly state: PropertyMap;
}

/** Makes the object as declared, on the machine on which it was made. */
export async function update(
  kind: ResourceKind<object, object>,
  request: UpdateRequest,
  context: LifecycleContext,
): Promise<Converged> {
  const want = parseInputs(kind, request.inputs);
  const timeoutSeconds = timeoutSecondsOf(request.timeoutSeconds, want as Readonly<Record<string, unknown>>);
  return withOperation(context, { timeoutSeconds, secretInputs: request.secretInputs }, async (op) => {
    const guest = await guestForWork(context.connect(), selectorOf(request.inputs), request.inputs, op);
    if (kind.id(guest.vm, want) !== request.id) throw identityChanged(request.id, kind.id(guest.vm, want));
    return converge(kind, guest, request, decodeState(kind, request.state), op);
  });
}

/** The inputs have come to name another object since the diff: going on would leave the old one behind unrecorded. */
function identityChanged(was: string, is: string): GuestError {
  return new GuestError(
    "INVALID_INPUT",
    `${was}: the inputs now name ${is}, which an update can't reach. Nothing was changed; run pulumi up again to replace it.`,
  );
}
