/**
 * A simulated vCenter with ESXi hosts and guests: for tests of programs that use vSphere guest operations.
 * See docs/simulator.md.
 */
export { startSimulator } from "./start-simulator";
export { Simulator } from "./simulator";
export { SimulatedHost } from "./simulated-host";
export { SimulatedVm } from "./simulated-vm";
export { runCommand } from "./controls/commands";
export type { SimulatorOptions } from "./options";
export type { CallRecord } from "./controls/call-log";
export type {
  ConnectionReset,
  Delay,
  HttpError,
  InjectedFault,
  HappeningRequest,
  RequestEvent,
  RequestMatch,
  TransferTrouble,
} from "./controls/interference";
export type { PowerState, ToolsState } from "./machine/machine";
export type { FaultName } from "./soap/schema/types";
