import { GuestError } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import type { GuestSystemInfo, VmIdentity } from "../machine";
import type { Operation } from "../../operation/operation";

/**
 * True when guest operations can be expected to work: powered on, and Tools says it is ready
 * (docs/reference/protocol.md#properties-of-a-machine).
 */
export function isReady(system: GuestSystemInfo): boolean {
  return system.powerState === "poweredOn" && system.guestOperationsReady;
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
export function notReady(vm: VmIdentity, system: GuestSystemInfo, options: { cause?: unknown } = {}): GuestError {
  return new GuestError("VM_NOT_READY", `VM "${vm.name}" (${vm.moid}) is not ready: ${whatIsMissing(system)}`, options);
}

function whatIsMissing(system: GuestSystemInfo): string {
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
