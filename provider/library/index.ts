/**
 * Guest operations of VMware vSphere for Node: files, transfers, programs, processes, environment, power and Tools of
 * virtual machines, through vCenter alone. The same code that the Pulumi provider stands on (docs/library.md).
 */
export { connect, VSphere, type ConnectSettings, type FoundMachine, type VmOptions } from "./vsphere";
export { VirtualMachine } from "./virtual-machine";
export { LibraryFiles, type NamedAttributes, type TemporaryName, type TransferWork } from "./guest-files";
export { LibraryTransfers, type CopyOptions } from "./transfers";
export { LibraryPrograms, type Command, type OutputChunk, type RunOptions } from "./programs";
export type { Synced, SyncOptions } from "./sync";
export type { Content, ProgressListener } from "./content";
export type { WorkOptions } from "./work";
export { GuestError, type GuestErrorCode } from "../errors/guest-error";
export type { FileStat, GuestProcess, ProgramResult, SspiTokens } from "../guest/guest";
export type { GuestNetwork, GuestSystemInfo, VmIdentity } from "../vcenter/machine";
export type { PowerAction } from "../vcenter/inventory/machine-tasks";
export type { Registration } from "../vcenter/inventory/registration";
export type { VmSelector } from "../vcenter/inventory/selector";
