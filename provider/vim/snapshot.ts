import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { ManagedObject, type CallOptions } from "./managed-object";
import { reference, required } from "./xsd";

/**
 * One snapshot of a VM. After a revert the agent's memory of programs is that of the snapshot
 * (docs/reference/protocol.md#power-and-registration).
 */
export class VirtualMachineSnapshot extends ManagedObject {
  revertToSnapshotTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("RevertToSnapshot_Task", {}, required(reference), call);
  }

  removeSnapshotTask(removeChildren: boolean, call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("RemoveSnapshot_Task", { removeChildren }, required(reference), call);
  }
}
