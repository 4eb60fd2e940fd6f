import type { MethodDeclaration } from "./notation";

/** Methods of VirtualMachine: docs/reference/protocol.md#power-and-registration. */
export const virtualMachineMethods = {
  PowerOnVM_Task: {
    on: "VirtualMachine",
    parameters: { host: "@HostSystem?" },
    returns: "@Task",
    privilege: "VirtualMachine.Interact.PowerOn",
  },
  PowerOffVM_Task: {
    on: "VirtualMachine",
    parameters: {},
    returns: "@Task",
    privilege: "VirtualMachine.Interact.PowerOff",
  },
  ResetVM_Task: {
    on: "VirtualMachine",
    parameters: {},
    returns: "@Task",
    privilege: "VirtualMachine.Interact.Reset",
  },
  SuspendVM_Task: {
    on: "VirtualMachine",
    parameters: {},
    returns: "@Task",
    privilege: "VirtualMachine.Interact.Suspend",
  },
  ShutdownGuest: {
    on: "VirtualMachine",
    parameters: {},
    returns: "void",
    privilege: "VirtualMachine.Interact.PowerOff",
  },
  RebootGuest: { on: "VirtualMachine", parameters: {}, returns: "void", privilege: "VirtualMachine.Interact.Reset" },
  StandbyGuest: {
    on: "VirtualMachine",
    parameters: {},
    returns: "void",
    privilege: "VirtualMachine.Interact.Suspend",
  },
  MountToolsInstaller: {
    on: "VirtualMachine",
    parameters: {},
    returns: "void",
    privilege: "VirtualMachine.Interact.ToolsInstall",
  },
  UnmountToolsInstaller: {
    on: "VirtualMachine",
    parameters: {},
    returns: "void",
    privilege: "VirtualMachine.Interact.ToolsInstall",
  },
  UpgradeTools_Task: {
    on: "VirtualMachine",
    parameters: { installerOptions: "string?" },
    returns: "@Task",
    privilege: "VirtualMachine.Interact.ToolsInstall",
  },
  ReconfigVM_Task: {
    on: "VirtualMachine",
    parameters: { spec: "VirtualMachineConfigSpec" },
    returns: "@Task",
    privilege: "VirtualMachine.Config.AdvancedConfig",
  },
  MigrateVM_Task: {
    on: "VirtualMachine",
    parameters: {
      pool: "@ResourcePool?",
      host: "@HostSystem?",
      priority: "VirtualMachineMovePriority",
      state: "VirtualMachinePowerState?",
    },
    returns: "@Task",
    privilege: "Resource.HotMigrate",
  },
  RelocateVM_Task: {
    on: "VirtualMachine",
    parameters: { spec: "VirtualMachineRelocateSpec", priority: "VirtualMachineMovePriority?" },
    returns: "@Task",
    privilege: "Resource.HotMigrate",
  },
  UnregisterVM: {
    on: "VirtualMachine",
    parameters: {},
    returns: "void",
    privilege: "VirtualMachine.Inventory.Unregister",
  },
} as const satisfies Record<string, MethodDeclaration>;
