import { GuestError } from "../errors/guest-error";
import type { VmIdentity } from "../vcenter/machine";
import type { AnyKind } from "../resources/resource-kind";
import { converge, recordingFailure, withTask, type Converged, type ConvergeRequest } from "./converge";
import type { LifecycleContext } from "./scope/context";
import { recordedInstanceUuid } from "./scope/guest-access";
import type { PropertyMap } from "../properties/property-value";
import { lastingOf } from "./recorded/lasting";
import { leftAlone, recordedOf, without } from "./recorded/left-alone";

export interface UpdateRequest extends ConvergeRequest {
  readonly id: string;
  /** Recorded state. */
  readonly state: PropertyMap;
  /** Property paths whose differences don't count: what the guest has otherwise there stays so. */
  readonly ignoreChanges?: readonly string[];
}

/** Makes the object as declared, on the machine on which it was made. Rejects as create does. */
export async function update(kind: AnyKind, request: UpdateRequest, context: LifecycleContext): Promise<Converged> {
  return recordingFailure(kind, request, context, () => updateWithin(kind, request, context));
}

function updateWithin(kind: AnyKind, request: UpdateRequest, context: LifecycleContext): Promise<Converged> {
  return withTask(kind, request, context, async (task) => {
    requireSameMachine(task.guest.vm, request.id, task.have);
    const left = await leftAlone(kind, task, request);
    const differing = context.objects.differing.get(request.id);
    const kept = { ...recordedOf(kind, task, left), ...lastingOf(kind, task.have, { differing, want: task.want }) };
    return { ...(await converge(kind, request, without(kind, task, left), context, kept)), id: request.id };
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
