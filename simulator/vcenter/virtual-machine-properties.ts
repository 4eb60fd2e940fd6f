import type { Machine } from "../machine/machine";
import type { Data } from "../soap/schema/types";
import { typed } from "../soap/encode";

/**
 * The data objects that a VirtualMachine's properties show, built from the machine's state
 * (docs/reference/protocol.md#properties-of-a-machine).
 */

const systems = {
  linux: {
    family: "linuxGuest",
    configured: "debian12_64Guest",
    reported: "debian12_64Guest",
    fullName: "Debian GNU/Linux 12 (64-bit)",
  },
  windows: {
    family: "windowsGuest",
    configured: "windows2019srvNext_64Guest",
    reported: "windows2019srvNext_64Guest",
    fullName: "Microsoft Windows Server 2022 (64-bit)",
  },
} as const;

/** Tools' version as vSphere numbers it: major * 1024 + minor * 32 + patch. */
function toolsVersionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1024 + minor * 32 + patch;
}

/** False where vCenter can't read the machine's configuration file. */
export function hasReadableConfig({ connectionState }: Machine): boolean {
  return connectionState !== "inaccessible" && connectionState !== "invalid";
}

export function configInfo(machine: Machine): Data<"VirtualMachineConfigInfo"> {
  const { identity, settings } = machine;
  const system = systems[identity.os];
  return {
    changeVersion: machine.createdAt.toISOString(),
    modified: machine.createdAt,
    name: settings.name,
    guestFullName: system.fullName,
    version: "vmx-20",
    uuid: identity.biosUuid,
    createDate: machine.createdAt,
    instanceUuid: identity.instanceUuid,
    template: false,
    guestId: system.configured,
    alternateGuestName: "",
    files: fileInfo(identity.datastorePath),
    tools: { toolsVersion: toolsVersionNumber(settings.toolsVersion), toolsInstallType: "guestToolsTypeOpenVMTools" },
    hardware: { numCPU: 1, numCoresPerSocket: 1, memoryMB: 1024 },
    extraConfig: [...machine.extraConfig].map(([key, value]) => ({ key, value: typed("string", value) })),
  };
}

function fileInfo(vmPathName: string): Data<"VirtualMachineFileInfo"> {
  const directory = vmPathName.slice(0, vmPathName.lastIndexOf("/") + 1);
  return { vmPathName, snapshotDirectory: directory, suspendDirectory: directory, logDirectory: directory };
}

export function runtimeInfo(machine: Machine): Data<"VirtualMachineRuntimeInfo"> {
  return {
    host: machine.host.ref,
    connectionState: machine.host.connected ? machine.connectionState : "disconnected",
    powerState: machine.powerState,
    faultToleranceState: "notConfigured",
    toolsInstallerMounted: machine.toolsInstallerMounted,
    bootTime: machine.bootTime,
    numMksConnections: 0,
  };
}

type ToolsStatus = Omit<Data<"VirtualMachineGuestSummary">, "$type">;

/** Status of Tools in the words of four properties that say nearly the same. */
function toolsStatus(machine: Machine): ToolsStatus {
  const installed = machine.toolsState !== "notInstalled";
  const running = machine.powerState === "poweredOn" && machine.toolsState === "running";
  return {
    toolsStatus: running ? "toolsOk" : installed ? "toolsNotRunning" : "toolsNotInstalled",
    toolsVersionStatus: installed ? "guestToolsUnmanaged" : "guestToolsNotInstalled",
    toolsVersionStatus2: installed ? "guestToolsUnmanaged" : "guestToolsNotInstalled",
    toolsRunningStatus: running ? "guestToolsRunning" : "guestToolsNotRunning",
  };
}

/** What Tools have reported: unset until they first did, kept over power-off. */
function reported(machine: Machine): ToolsStatus & Pick<Data<"GuestInfo">, "guestFamily"> {
  if (!machine.toolsReported) return {};
  const system = systems[machine.identity.os];
  const { dnsName, ipAddress } = machine.identity;
  return {
    guestId: system.reported,
    guestFamily: system.family,
    guestFullName: system.fullName,
    hostName: dnsName,
    ipAddress,
  };
}

export function guestInfo(machine: Machine): Data<"GuestInfo"> {
  const { settings } = machine;
  const ready = machine.guestOperationsReady;
  return {
    ...toolsStatus(machine),
    toolsVersion: String(machine.toolsState === "notInstalled" ? 0 : toolsVersionNumber(settings.toolsVersion)),
    toolsInstallType: "guestToolsTypeOpenVMTools",
    ...reported(machine),
    guestState: ready ? "running" : machine.toolsState === "rebooting" ? "resetting" : "notRunning",
    guestOperationsReady: settings.reportsReadiness ? ready : undefined,
    interactiveGuestOperationsReady: settings.reportsReadiness ? ready && settings.interactive : undefined,
    guestStateChangeSupported: ready,
  };
}

export function summary(machine: Machine): Data<"VirtualMachineSummary"> {
  const { identity, settings } = machine;
  const system = systems[identity.os];
  const { guestFamily: _omitted, ...guest } = reported(machine);
  return {
    vm: machine.ref,
    runtime: runtimeInfo(machine),
    guest: { ...toolsStatus(machine), ...guest },
    config: {
      name: settings.name,
      template: false,
      vmPathName: identity.datastorePath,
      memorySizeMB: 1024,
      numCpu: 1,
      uuid: identity.biosUuid,
      instanceUuid: identity.instanceUuid,
      guestId: system.configured,
      guestFullName: system.fullName,
    },
    quickStats: { guestHeartbeatStatus: heartbeat(machine) },
    overallStatus: "green",
  };
}

export function heartbeat(machine: Machine): "green" | "gray" {
  return machine.guestOperationsReady ? "green" : "gray";
}
