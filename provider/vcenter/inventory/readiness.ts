import { GuestError, type GuestErrorOptions } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import type { GuestSystemInfo, VmIdentity } from "../machine";
import type { Operation } from "../../operation/operation";

/**
 * True when guest operations can be expected to work: connected, powered on, and Tools says it is ready
 * (docs/reference/protocol.md#properties-of-a-machine).
 */
export function isReady(system: GuestSystemInfo): boolean {
  return (
    whyNotConnected(system.connectionState) === undefined &&
    system.powerState === "poweredOn" &&
    system.guestOperationsReady
  );
}

/**
 * Looks at the VM (`look`) until it is ready and returns what was seen. VM_NOT_READY, saying what is missing, when
 * `op.deadlineMs` passes.
 */
export async function waitUntilReady(
  vm: VmIdentity,
  look: () => Promise<GuestSystemInfo>,
  op: Operation,
): Promise<GuestSystemInfo> {
  const pauses = new Pauses({ firstMs: 500, longestMs: 3_000, growth: 1.5 });
  for (let told = ""; ;) {
    const system = await look();
    if (isReady(system)) return system;
    const missing = whatIsMissing(system);
    const leftMs = op.deadlineMs - Date.now();
    if (leftMs <= 0) throw notReady(vm, system);
    if (missing !== told) op.log.info(`Waiting for VM "${vm.name}": ${missing}`);
    told = missing;
    await pauses.pass(op.signal, leftMs);
  }
}

/** VM_NOT_READY with what is missing and what to do. */
export function notReady(vm: VmIdentity, system: GuestSystemInfo, options: GuestErrorOptions = {}): GuestError {
  return new GuestError("VM_NOT_READY", `VM "${vm.name}" (${vm.moid}) is not ready: ${whatIsMissing(system)}`, options);
}

/** Why vCenter can't reach a VM in this state, and what to do; undefined where it can. */
export function whyNotConnected(connectionState: string | undefined): string | undefined {
  switch (connectionState) {
    case undefined:
    case "connected":
      return undefined;
    case "disconnected":
      return "vCenter has no connection to its ESXi host (disconnected). Reconnect the host, or wait until it is back.";
    case "inaccessible":
      return "its configuration file can't be read (inaccessible). Look at its datastore.";
    case "orphaned":
      return "its ESXi host does not know it any more (orphaned). Register it again, or remove it from the inventory.";
    case "invalid":
      return "its configuration is invalid (invalid). Repair it, or register it again.";
    default:
      return `vCenter can't reach it (${connectionState}).`;
  }
}

function whatIsMissing(system: GuestSystemInfo): string {
  const notConnected = whyNotConnected(system.connectionState);
  if (notConnected !== undefined) return notConnected;
  if (system.powerState !== "poweredOn") {
    return `it is ${system.powerState === "suspended" ? "suspended" : "powered off"}. Power it on.`;
  }
  if (system.toolsVersionStatus === "guestToolsNotInstalled") {
    return "VMware Tools is not installed. Install open-vm-tools or VMware Tools in the guest.";
  }
  if (system.toolsRunningStatus === "guestToolsRunning") {
    return (
      "VMware Tools runs but does not offer guest operations yet (guest.guestOperationsReady). " +
      "If this lasts, its vix plugin is missing (Alpine: package open-vm-tools-vix)."
    );
  }
  const status = system.toolsRunningStatus ?? "status unknown";
  return `VMware Tools does not run yet (${status}). If the guest is up, start its vmtoolsd service.`;
}
