import type { Guest } from "../guest/guest";
import type { Operation } from "../operation/operation";
import type { VmSelector } from "../guest/vcenter-pool";
import type { AnyKind } from "../resources/resource-kind";
import type { Connection, LifecycleContext } from "./scope/context";
import { guestForWork, ownLogin } from "./scope/guest-access";
import { recordedMachine } from "./recorded/machine";
import { tell } from "./scope/observe";
import { otherResources } from "./scope/one-record";
import { subjectOf, workOn } from "./scope/subject";
import { timeLimitOf, underTimeLimit, withOperation } from "./scope/operation-scope";
import type { PropertyMap } from "../properties/property-value";
import { underRecordedLogin, type RecordedResource } from "./recorded/login";
import { decodeRecord, unreadableRecord, withUnreadable } from "./recorded/record";
import { recordedInputs } from "./recorded/state";

export interface DeleteRequest {
  readonly id: string;
  /** Recorded state. */
  readonly state: PropertyMap;
  /** The inputs recorded last, where the skin gets them: their guest login is younger than the state's. */
  readonly inputs?: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  readonly timeoutSeconds?: number;
}

/** Takes the object away. Success where it, or its machine, is no longer there. */
export async function remove(kind: AnyKind, request: DeleteRequest, context: LifecycleContext): Promise<void> {
  const record = decodeRecord(kind, request.state, request.id);
  if (record.state !== undefined && kind.needsRemoval?.(withUnreadable(record, request.state)) === false) return;
  if (record.state === undefined || record.unreadable.length > 0) throw unreadableRecord(kind, request.id, record);
  const state = underTimeLimit(request.timeoutSeconds, record.state);
  const inputs = { ...recordedInputs(kind, state), ...request.inputs };
  const limit = timeLimitOf(request.timeoutSeconds, inputs);
  const work = workOn(`the delete of this ${kind.token}`, { vm: inputs.vm, id: request.id });
  await withOperation(context, { work, ...limit, secretInputs: request.secretInputs }, async (op) => {
    const connection = context.connect();
    const vm = await recordedMachine(connection, { id: request.id, state: request.state }, op);
    if (vm === undefined)
      return tell(context.log, "info", "", request.id, "the virtual machine is gone, nothing to remove");
    const resource = { subject: subjectOf(vm.name, request.id), inputs };
    const guest = await guestForRemoval(resource, connection, { moid: vm.moid }, context, op);
    const others = otherResources(kind, { guest, have: state, op }, context);
    await kind.remove({ guest, have: state, others, op });
  });
}

/**
 * The guest under a login that it accepts. A recorded login is tried before any work, since a delete command must not be
 * run again under another one.
 */
function guestForRemoval(
  resource: RecordedResource,
  connection: Connection,
  selector: VmSelector,
  { log }: LifecycleContext,
  op: Operation,
): Promise<Guest> {
  return underRecordedLogin(resource, connection, log, async (credential) => {
    const guest = await guestForWork(connection, selector, credential, op);
    if (ownLogin(resource.inputs) !== undefined) await guest.validateLogin(op);
    return guest;
  });
}
