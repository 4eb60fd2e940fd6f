import type { z } from "zod";
import type { Guest } from "../guest/guest";
import type { GuestNetwork, GuestSystemInfo, VmIdentity } from "../vcenter/machine";
import type { Operation } from "../operation/operation";

/** A VM of the inventory, with what vCenter knows of its guest. */
export interface InventoryVm {
  readonly identity: VmIdentity;
  readonly system: GuestSystemInfo;
}

/** What a function may reach: nothing is asked before it is called. */
export interface FunctionTarget {
  /** The VM that the inputs name. VM_NOT_FOUND, VM_AMBIGUOUS. */
  virtualMachine(): Promise<VmIdentity>;
  /** State of power and Tools of that VM. */
  systemInfo(): Promise<GuestSystemInfo>;
  /** Network adapters of that VM, as its guest tells. */
  networks(): Promise<readonly GuestNetwork[]>;
  /** The guest, under the login of the inputs, else the provider's. VM_NOT_READY where Tools does not answer. */
  guest(): Promise<Guest>;
  /** All VMs that the vSphere user may see. */
  virtualMachines(): Promise<readonly InventoryVm[]>;
}

/** A call, as documentation and hover texts show it: in TypeScript and in YAML, whose flow notation is the same. */
export interface CallExample {
  readonly title: string;
  /** The properties of the argument object, without its braces. */
  readonly arguments: string;
  /** The output that is asked for. */
  readonly output: string;
}

/** A read-only function that programs call, declared once: validation, schema and SDKs are derived from it. */
export interface GuestFunction<I extends object, O extends object> {
  /** e.g. "getFile". */
  readonly token: string;
  readonly description: string;
  readonly example: CallExample;
  readonly inputs: z.ZodType<I>;
  readonly outputs: z.ZodType<O>;
  /** Reads only. Errors: GuestError. */
  call(target: FunctionTarget, inputs: I, op: Operation): Promise<O>;
}

/** Any function, for code that asks no more of inputs and outputs than that they are objects. */
export type AnyFunction = GuestFunction<object, object>;
