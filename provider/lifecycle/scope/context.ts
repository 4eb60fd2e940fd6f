import type { Guest } from "../../guest/guest";
import type { GuestNetwork, GuestSystemInfo, ServerIdentity, VmIdentity } from "../../vcenter/machine";
import type { Logger, Operation } from "../../operation/operation";
import type { GuestObjects } from "./guest-objects";
import type { GuestCredential, VmSelector } from "../../guest/vcenter-pool";

/** What the lifecycle needs of a vCenter; provider/guest/vcenter.ts is one. */
export interface GuestSource {
  /** VM_NOT_FOUND, VM_AMBIGUOUS and so on are GuestErrors. */
  findVirtualMachine(selector: VmSelector, op: Operation): Promise<VmIdentity>;
  /** The VM of that managed object id, by a fresh look; undefined when there is none. VCENTER_PERMISSION_DENIED. */
  registered(moid: string, op: Operation): Promise<VmIdentity | undefined>;
  /** Which server this is. */
  server(op: Operation): Promise<ServerIdentity>;
  systemInfo(vm: VmIdentity, op: Operation): Promise<GuestSystemInfo>;
  /** The guest's network adapters, as Tools tell them. */
  networks(vm: VmIdentity, op: Operation): Promise<readonly GuestNetwork[]>;
  /** Powers the VM on; false where it was on already. */
  powerOn(selector: VmSelector, op: Operation): Promise<boolean>;
  /** All VMs that the vSphere user may see. */
  virtualMachines(
    op: Operation,
  ): Promise<readonly { readonly identity: VmIdentity; readonly system: GuestSystemInfo }[]>;
  /** The guest's operations; `waitUntilReady` waits for VMware Tools within the operation's deadline. */
  guest(
    selector: VmSelector,
    credential: GuestCredential,
    op: Operation,
    options: { readonly waitUntilReady: boolean },
  ): Promise<Guest>;
}

/** A configured vCenter, and the login in its guests for resources that give none. */
export interface Connection {
  readonly source: GuestSource;
  readonly guestLogin?: GuestCredential;
  /** What a recorded machine comes to that is not found and can't be told to be gone; left out: an error. */
  readonly missingMachines?: "error" | "gone";
}

/** What a skin lends to the lifecycle for one call. */
export interface LifecycleContext {
  /**
   * The resource that the call is about. The dynamic skin knows it from the program, and in read and delete from the
   * record, where it may be an older name of the same resource, or undefined.
   */
  readonly urn: string | undefined;
  /** Aborts the call: Pulumi's Cancel, or the end of the process. */
  readonly signal: AbortSignal;
  /** As Operation has it. */
  readonly onceRecorded?: (tidyUp: () => Promise<void>) => void;
  /** Lines for the user, beside the resource where the skin can say so. */
  readonly log: Logger;
  /** What all resources of this operation are about. */
  readonly objects: GuestObjects;
  /** Reads the configuration as it is now; INVALID_INPUT lists what is missing. Talks to no one yet. */
  connect(): Connection;
}
