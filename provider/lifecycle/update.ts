import { GuestError } from "../errors/guest-error";
import type { VmIdentity } from "../vcenter/machine";
import type { AnyKind } from "../resources/resource-kind";
import type { LifecycleContext } from "./scope/context";
import { converge, type Converged, type CreateRequest } from "./create";
import { credentialOf, guestForWork, recordedInstanceUuid, selectorOf } from "./scope/guest-access";
import { timeoutSecondsOf, withOperation } from "./scope/operation-scope";
import type { PropertyMap } from "../properties/property-value";
import { decodeState, parseInputs } from "./recorded/state";

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  /** Recorded state. */
  readonly state: PropertyMap;
}

/** Makes the object as declared, on the machine on which it was made. */
export async function update(kind: AnyKind, request: UpdateRequest, context: LifecycleContext): Promise<Converged> {
  const want = parseInputs(kind, request.inputs);
  const timeoutSeconds = timeoutSecondsOf(request.timeoutSeconds, want as Readonly<Record<string, unknown>>);
  return withOperation(context, { timeoutSeconds, secretInputs: request.secretInputs }, async (op) => {
    const connection = context.connect();
    const credential = credentialOf(request.inputs, connection);
    const guest = await guestForWork(connection, selectorOf(request.inputs), credential, op);
    const state = decodeState(kind, request.state);
    requireSameMachine(guest.vm, request.id, state);
    return { ...(await converge(kind, guest, request, state, op)), id: request.id };
  });
}

/** Where `vm` has come to name another machine since the diff, going on would leave the old object behind unrecorded. */
function requireSameMachine(vm: VmIdentity, id: string, state: object | undefined): void {
  const was = recordedInstanceUuid(id, state);
  if (was === undefined || was === vm.instanceUuid) return;
  throw new GuestError(
    "INVALID_INPUT",
    `${id}: vm now names ${vm.name} (${vm.instanceUuid}), another machine than the one it was made on (${was}). ` +
      "Nothing was changed; run pulumi up again to replace it.",
  );
}
