import { findVirtualMachines } from "./find-virtual-machines";
import { getEnvironment } from "./get-environment";
import { getFile } from "./get-file";
import { getGuest } from "./get-guest";
import type { AnyFunction } from "./guest-function";
import { listFiles } from "./list-files";
import { listProcesses } from "./list-processes";
import { listRegistry } from "./list-registry";
import { readFile } from "./read-file";
import { validateCredentials } from "./validate-credentials";

export type { AnyFunction, FunctionTarget } from "./guest-function";

/** Every function, in the order in which docs list them. */
export const guestFunctions: readonly AnyFunction[] = [
  getGuest,
  findVirtualMachines,
  getFile,
  readFile,
  listFiles,
  listProcesses,
  listRegistry,
  getEnvironment,
  validateCredentials,
];
