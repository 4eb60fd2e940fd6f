import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { typed } from "../soap/soap-value";
import { ManagedObject, nothing, type CallOptions } from "./managed-object";
import { anyType, arrayOf, boolean, dataObject, oneOf, optional, reference, repeated, required, text } from "./xsd";

/**
 * What is read of a VM: identity, where it runs, and the state of its Tools
 * (docs/reference/protocol.md#properties-of-a-machine).
 */
export const virtualMachineProperties = {
  name: text,
  "config.instanceUuid": text,
  "config.guestId": text,
  "runtime.connectionState": text,
  "runtime.powerState": oneOf("poweredOn", "poweredOff", "suspended"),
  "runtime.host": reference,
  "guest.toolsRunningStatus": text,
  "guest.toolsVersionStatus2": text,
  "guest.toolsVersion": text,
  "guest.guestOperationsReady": boolean,
  "guest.interactiveGuestOperationsReady": boolean,
  "guest.guestFamily": text,
  "guest.guestId": text,
  "guest.guestFullName": text,
  "guest.hostName": text,
  "guest.ipAddress": text,
};

/** Network adapters as Tools tell them: GuestNicInfo[] (docs/reference/protocol.md#properties-of-a-machine). */
export const guestNetworkProperties = {
  "guest.net": arrayOf(
    dataObject({
      network: optional(text),
      ipAddress: repeated(text),
      macAddress: optional(text),
      connected: required(boolean),
    }),
  ),
};

/** The machine's own settings: OptionValue[] (docs/reference/guest-operations.md#switched-off). */
export const extraConfigProperties = {
  "config.extraConfig": arrayOf(
    dataObject({ key: required(text), value: optional(anyType) }).transform(({ key, value }) => ({
      key,
      value: value?.text ?? "",
    })),
  ),
};

/**
 * Power, registration and Tools of one VM (docs/reference/protocol.md#power-and-registration). Methods that end in
 * `_Task` in the API return the task.
 */
export class VirtualMachine extends ManagedObject {
  powerOnVMTask(host?: ManagedObjectReference, call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("PowerOnVM_Task", { host }, required(reference), call);
  }

  powerOffVMTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("PowerOffVM_Task", {}, required(reference), call);
  }

  resetVMTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("ResetVM_Task", {}, required(reference), call);
  }

  suspendVMTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("SuspendVM_Task", {}, required(reference), call);
  }

  /** Asks the guest's system and returns at once. Faults: ToolsUnavailable. */
  shutdownGuest(call: CallOptions = {}): Promise<void> {
    return this.once("ShutdownGuest", {}, nothing, call);
  }

  /** Asks the guest's system and returns at once. Faults: ToolsUnavailable. */
  rebootGuest(call: CallOptions = {}): Promise<void> {
    return this.once("RebootGuest", {}, nothing, call);
  }

  /** Asks the guest's system and returns at once. Faults: ToolsUnavailable. */
  standbyGuest(call: CallOptions = {}): Promise<void> {
    return this.once("StandbyGuest", {}, nothing, call);
  }

  unregisterVM(call: CallOptions = {}): Promise<void> {
    return this.once("UnregisterVM", {}, nothing, call);
  }

  mountToolsInstaller(call: CallOptions = {}): Promise<void> {
    return this.once("MountToolsInstaller", {}, nothing, call);
  }

  unmountToolsInstaller(call: CallOptions = {}): Promise<void> {
    return this.once("UnmountToolsInstaller", {}, nothing, call);
  }

  /** Needs running Tools. */
  upgradeToolsTask(installerOptions?: string, call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("UpgradeTools_Task", { installerOptions }, required(reference), call);
  }

  /** Sets keys of config.extraConfig, e.g. `guestinfo.x`. */
  reconfigVMTask(
    extraConfig: Readonly<Record<string, string>>,
    call: CallOptions = {},
  ): Promise<ManagedObjectReference> {
    const options = Object.entries(extraConfig).map(([key, value]) => ({ key, value: typed("xsd:string", value) }));
    return this.once("ReconfigVM_Task", { spec: { extraConfig: options } }, required(reference), call);
  }

  /** Needs a screenshot-capable console; the task's result is a datastore path. */
  createScreenshotTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("CreateScreenshot_Task", {}, required(reference), call);
  }

  createSnapshotTask(
    snapshot: {
      readonly name: string;
      readonly description?: string;
      readonly memory: boolean;
      readonly quiesce: boolean;
    },
    call: CallOptions = {},
  ): Promise<ManagedObjectReference> {
    const { name, description, memory, quiesce } = snapshot;
    return this.once("CreateSnapshot_Task", { name, description, memory, quiesce }, required(reference), call);
  }

  revertToCurrentSnapshotTask(call: CallOptions = {}): Promise<ManagedObjectReference> {
    return this.once("RevertToCurrentSnapshot_Task", {}, required(reference), call);
  }
}
