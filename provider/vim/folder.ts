import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { ManagedObject, type CallOptions } from "./managed-object";
import { reference, required } from "./xsd";

export interface RegisterVmOptions {
  readonly name?: string;
  readonly asTemplate: boolean;
  readonly pool?: ManagedObjectReference;
  readonly host?: ManagedObjectReference;
}

export class Folder extends ManagedObject {
  /**
   * Puts a VM whose vmx file is at `path` (`[datastore] dir/name.vmx`) into the inventory
   * (docs/reference/protocol.md#power-and-registration).
   */
  registerVMTask(path: string, options: RegisterVmOptions, call: CallOptions = {}): Promise<ManagedObjectReference> {
    const { name, asTemplate, pool, host } = options;
    return this.once("RegisterVM_Task", { path, name, asTemplate, pool, host }, required(reference), call);
  }
}
