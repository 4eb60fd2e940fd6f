import { GuestError } from "../../errors/guest-error";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { RetrievedObject } from "../../vim/property-collector";
import type { virtualMachineProperties } from "../../vim/virtual-machine";
import type { GuestSystemInfo, ServerIdentity, VmIdentity } from "../machine";
import { given } from "../../values/given";
import { decodeInventoryName } from "./names";
import { whyNotConnected } from "./readiness";

/** A VM as one read of its properties told. */
export interface VmRecord {
  readonly reference: ManagedObjectReference;
  readonly identity: VmIdentity;
  readonly system: GuestSystemInfo;
  /** The ESXi host it ran on then. */
  readonly host: ManagedObjectReference | undefined;
}

/** VM_NOT_READY when its configuration can't be read, PROTOCOL_ERROR when not even its power state is told. */
export function vmRecord(vm: RetrievedObject<typeof virtualMachineProperties>, server: ServerIdentity): VmRecord {
  const { reference, properties, refused } = vm;
  const name = decodeInventoryName(properties.name ?? reference.value);
  const instanceUuid = properties["config.instanceUuid"]?.toLowerCase();
  const powerState = properties["runtime.powerState"];
  if (instanceUuid === undefined || powerState === undefined) {
    throw unreadable(name, reference, properties["runtime.connectionState"], [...refused.values()]);
  }
  const identity = { moid: reference.value, instanceUuid, name, server };
  return { reference, identity, system: systemInfo(vm, powerState), host: properties["runtime.host"] };
}

function systemInfo(
  { properties }: RetrievedObject<typeof virtualMachineProperties>,
  powerState: GuestSystemInfo["powerState"],
): GuestSystemInfo {
  const toolsRunningStatus = properties["guest.toolsRunningStatus"];
  return given({
    connectionState: properties["runtime.connectionState"],
    powerState,
    guestOperationsReady: properties["guest.guestOperationsReady"] ?? toolsRunningStatus === "guestToolsRunning",
    interactiveGuestOperationsReady: properties["guest.interactiveGuestOperationsReady"],
    toolsRunningStatus,
    toolsVersionStatus: properties["guest.toolsVersionStatus2"],
    toolsVersion: properties["guest.toolsVersion"],
    guestFamily: properties["guest.guestFamily"],
    guestId: properties["guest.guestId"] ?? properties["config.guestId"],
    guestFullName: properties["guest.guestFullName"],
    hostName: properties["guest.hostName"],
    ipAddress: properties["guest.ipAddress"],
  });
}

function unreadable(
  name: string,
  vm: ManagedObjectReference,
  connectionState: string | undefined,
  reasons: readonly GuestError[],
): GuestError {
  const denied = reasons.find((reason) => reason.code === "VCENTER_PERMISSION_DENIED");
  if (denied !== undefined) {
    const message = `The vSphere user may not read VM "${name}" (${vm.value}): the privilege System.Read is missing on it.`;
    return new GuestError("VCENTER_PERMISSION_DENIED", message, { cause: denied });
  }
  const why = whyNotConnected(connectionState) ?? "it is being created, orphaned or inaccessible.";
  return new GuestError("VM_NOT_READY", `The configuration of VM "${name}" (${vm.value}) can't be read: ${why}`);
}
