/** Which vSphere server it is. */
export interface ServerIdentity {
  /** `host:port`, as it was called. */
  readonly address: string;
  /** `about.instanceUuid` of a vCenter, the UUID of its hardware for an ESXi host; absent where neither is told. */
  readonly uuid?: string;
}

/** What a server's product calls itself: `VMware vCenter Server 8.0.3 build-24022515`. */
export interface ServerProduct {
  readonly fullName: string;
  /** VirtualCenter, or HostAgent for an ESXi host. */
  readonly apiType: string;
  readonly apiVersion: string;
}

/** One virtual machine, as found in the inventory. */
export interface VmIdentity {
  /** Managed object id, e.g. `vm-42`. Unique within one vCenter, changes when the VM is registered again. */
  readonly moid: string;
  /** `config.instanceUuid`, lower case: stable, unique within a vCenter; the first half of every resource id. */
  readonly instanceUuid: string;
  readonly name: string;
  /** Where it is registered. */
  readonly server: ServerIdentity;
}

/**
 * What vCenter tells of the VM and its Tools (docs/reference/protocol.md#properties-of-a-machine). Absent fields were
 * never reported.
 */
export interface GuestSystemInfo {
  /** Whether vCenter can reach the VM: connected, disconnected, orphaned, inaccessible, invalid. */
  readonly connectionState?: string;
  readonly powerState: "poweredOn" | "poweredOff" | "suspended";
  readonly guestOperationsReady: boolean;
  readonly interactiveGuestOperationsReady?: boolean;
  readonly toolsRunningStatus?: string;
  readonly toolsVersionStatus?: string;
  /** Tools' version as a number string, e.g. "12352" (12.2.0), from `guest.toolsVersion`. */
  readonly toolsVersion?: string;
  /** `guest.guestFamily`: linuxGuest, windowsGuest, ... */
  readonly guestFamily?: string;
  /** `guest.guestId`, else `config.guestId`. */
  readonly guestId?: string;
  readonly guestFullName?: string;
  readonly hostName?: string;
  readonly ipAddress?: string;
}

/** A network adapter, as VMware Tools tells it (`guest.net`). */
export interface GuestNetwork {
  /** Name of the network that it is attached to. */
  readonly network?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly connected: boolean;
  /** IPv4 and IPv6. */
  readonly ipAddresses: readonly string[];
}
