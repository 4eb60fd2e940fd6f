import type { GuestAgent } from "../guest/guest-agent";
import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Machine } from "./machine";

/** Policies of the host side that decide whether a guest operation reaches the guest. */
export interface GatePolicy {
  /** Free ESXi: the API is read-only (docs/reference/protocol.md#free-esxi). */
  readonly licensed: boolean;
  /**
   * Answer when extraConfig has guest.commands.enabled = FALSE (docs/reference/guest-operations.md#switched-off; the
   * real one is not known).
   */
  readonly commandsDisabledFault: () => Fault;
}

/** The task that is running on a machine, undefined for none. */
export type RunningTask = (machine: Machine) => ManagedObjectReference | undefined;

const readOnlyPrivilege = "VirtualMachine.GuestOperations.Query";

/**
 * Runs one guest operation after the checks 5 to 10 (docs/reference/guest-operations.md#order-of-checks), in this
 * order: license, host, conflicting operation, power, agent reachable. Throws Fault, or what the agent throws.
 */
export async function throughGate<T>(
  machine: Machine,
  method: { readonly privilege: string | undefined; readonly interactive: boolean },
  policy: GatePolicy,
  runningTask: RunningTask,
  operation: (agent: GuestAgent) => Promise<T>,
): Promise<T> {
  if (!policy.licensed && method.privilege !== readOnlyPrivilege) throw new Fault("RestrictedVersion");
  if (!machine.host.connected || machine.connectionState !== "connected") throw new Fault("InvalidState");
  const task = runningTask(machine) ?? operationTask(machine);
  if (task !== undefined) throw new Fault("TaskInProgress", { task });
  if (machine.powerState !== "poweredOn")
    throw new Fault("InvalidPowerState", { requestedState: "poweredOn", existingState: machine.powerState });
  if (machine.extraConfig.get("guest.commands.enabled")?.toUpperCase() === "FALSE")
    throw policy.commandsDisabledFault();
  checkTools(machine, method.interactive);
  machine.operationsInFlight++;
  try {
    return await operation(await machine.agent());
  } finally {
    machine.operationsInFlight--;
  }
}

/** What stands for the guest operations under way when there are as many as the machine takes. */
function operationTask({ ref, operationsInFlight, settings }: Machine): ManagedObjectReference | undefined {
  return operationsInFlight < settings.operationsPerVm ? undefined : { type: "Task", value: `task-${ref.value}-guest` };
}

function checkTools(machine: Machine, interactive: boolean): void {
  if (machine.toolsState === "rebooting") throw new Fault("SystemError", { reason: "vix error codes = (3016, 0).\n" });
  if (machine.toolsState !== "running" || (interactive && !machine.settings.interactive))
    throw new Fault("GuestOperationsUnavailable");
}
