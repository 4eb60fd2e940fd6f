/** Enumerations of the API that the simulator sends or accepts (vim25). */
export const enumTypes = {
  VirtualMachinePowerState: ["poweredOff", "poweredOn", "suspended"],
  VirtualMachineConnectionState: ["connected", "disconnected", "orphaned", "inaccessible", "invalid"],
  HostSystemConnectionState: ["connected", "notResponding", "disconnected"],
  HostSystemPowerState: ["poweredOn", "poweredOff", "standBy", "unknown"],
  VirtualMachineToolsStatus: ["toolsNotInstalled", "toolsNotRunning", "toolsOld", "toolsOk"],
  VirtualMachineMovePriority: ["lowPriority", "highPriority", "defaultPriority"],
  ManagedEntityStatus: ["gray", "green", "yellow", "red"],
  TaskInfoState: ["queued", "running", "success", "error"],
  ObjectUpdateKind: ["modify", "enter", "leave"],
  PropertyChangeOp: ["add", "remove", "assign", "indirectRemove"],
  GuestRegKeyWowSpec: ["WOWNative", "WOW32", "WOW64"],
} as const;
