import * as pulumi from "@pulumi/pulumi";
import { tokenOf } from "../../provider/vocabulary/tokens";
import type { MachineCustomizationArgs } from "./generated";

/** What a program declares of a GuestCustomization: what each machine is to have, and how to go through them. */
export interface GuestCustomizationArgs extends Omit<MachineCustomizationArgs, "vm" | "onFailure"> {
  /** The machines, each named as `vm` of any resource names one. A child is named by the same text: keep it. */
  readonly vms: readonly string[] | Promise<readonly string[]>;
  /** So many machines at a time; the next ones are begun when all of these are done. Default: all. */
  readonly batchSize?: number | undefined;
  /** So many machines may fail before the deploy does. Default 0. */
  readonly maxFailures?: number | undefined;
  /** When more have failed: `stop` (default) begins no further batch, `continue` goes through all. The deploy fails in either case. */
  readonly onTooManyFailures?: "stop" | "continue" | undefined;
}

/** What became of one machine. */
export interface CustomizedMachine {
  readonly vm: string;
  readonly succeeded: boolean;
  /** Why it failed, and at what. */
  readonly failure?: string | undefined;
  /** Logs that were brought back, by path in the guest. */
  readonly logs: Readonly<Record<string, string>>;
}

/** A MachineCustomization of either door. */
interface Machine extends pulumi.Resource {
  readonly succeeded: pulumi.Output<boolean>;
  readonly failure: pulumi.Output<string | undefined>;
  readonly logs: pulumi.Output<Readonly<Record<string, string>>>;
}

export type MachineClass = new (
  name: string,
  args: MachineCustomizationArgs,
  opts?: pulumi.CustomResourceOptions,
) => Machine;

/**
 * The same on many machines: powered on, waited for, directories and files copied, programs run, their logs brought back, in
 * batches. Each machine is a child resource that records its failure; so one that is dead hides no other's result, and the
 * next up goes on with those that failed.
 */
export abstract class CustomizationComponent extends pulumi.ComponentResource {
  /** What became of each machine, in the order of `vms`. */
  readonly machines: pulumi.Output<CustomizedMachine[]>;
  /** The machines that failed. */
  readonly failed: pulumi.Output<string[]>;

  protected constructor(
    machine: MachineClass,
    name: string,
    args: GuestCustomizationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(tokenOf("GuestCustomization"), name, {}, opts);
    const results = pulumi.output(this.#customize(machine, name, args)).apply((machines) => machines.map(resultOf));
    this.machines = pulumi.output(results).apply((each) => each);
    this.failed = this.machines.apply((each) => each.filter(({ succeeded }) => !succeeded).map(({ vm }) => vm));
    this.registerOutputs({ machines: this.machines, failed: this.failed });
  }

  async #customize(machine: MachineClass, name: string, args: GuestCustomizationArgs): Promise<Customized[]> {
    const { vms: named, batchSize, maxFailures = 0, onTooManyFailures = "stop", ...settings } = args;
    const vms = [...new Set(await named)];
    requireCount("batchSize", batchSize ?? 1, 1);
    requireCount("maxFailures", maxFailures, 0);
    const made: Customized[] = [];
    const failures: string[] = [];
    for (const batch of batches(vms, batchSize ?? Math.max(vms.length, 1))) {
      const children = batch.map((vm) => {
        const child = new machine(`${name}-${vm}`, { ...settings, vm, onFailure: "record" }, { parent: this });
        return { vm, child };
      });
      made.push(...children);
      // A preview shows all of them: what becomes of a machine is not known in it.
      if (pulumi.runtime.isDryRun()) continue;
      for (const failure of await Promise.all(children.map(failureOf))) {
        if (failure !== undefined) failures.push(failure);
      }
      if (failures.length > maxFailures && onTooManyFailures === "stop") break;
    }
    const left = vms.length - made.length;
    if (failures.length > maxFailures) throw new pulumi.RunError(tooMany(name, failures, vms.length, left));
    for (const failure of failures) void pulumi.log.warn(failure, this);
    return made;
  }
}

interface Customized {
  readonly vm: string;
  readonly child: Machine;
}

function resultOf({ vm, child }: Customized): pulumi.Output<CustomizedMachine> {
  return pulumi
    .all([child.succeeded, child.failure, child.logs])
    .apply(([succeeded, failure, logs]) => ({ vm, succeeded, failure, logs }));
}

/** Waits for a machine; undefined where all went well. A secret stays one. */
async function failureOf({ vm, child }: Customized): Promise<string | undefined> {
  const isSecret = await pulumi.isSecret(child.failure);
  return new Promise((resolve) => {
    pulumi.all([child.succeeded, child.failure]).apply(([succeeded, failure]) => {
      if (succeeded) resolve(undefined);
      else resolve(`${vm}: ${isSecret ? "failed; why is a secret output of its resource" : (failure ?? "failed")}`);
    });
  });
}

function tooMany(name: string, failures: readonly string[], all: number, left: number): string {
  const notBegun = left === 0 ? "" : `, ${left} were not begun`;
  const lines = failures.map((one) => `  ${one.split("\n").join("\n    ")}`);
  return `${name}: ${failures.length} of ${all} machines failed${notBegun}:\n${lines.join("\n")}\nThe next up tries these again.`;
}

function batches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}

function requireCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new pulumi.RunError(`${name} must be a whole number of at least ${least}.`);
}
