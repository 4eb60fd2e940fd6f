import picomatch from "picomatch";
import { z } from "zod";
import { guestFamilySchema } from "../vocabulary/inputs";
import type { GuestFunction } from "./guest-function";
import { systemFacts, systemOutputs } from "./system-outputs";

const inputs = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Glob pattern for the name in the inventory. Default: all.", examples: ["web-*"] }),
  guestFamily: guestFamilySchema.optional().meta({ description: "Only guests of this family of operating systems." }),
  ready: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description: "Only machines in which guest operations can work now (true), or can't (false).",
    }),
});

const machineSchema = z
  .object(systemOutputs)
  .meta({ typeName: "VirtualMachine", description: "A virtual machine, and what vCenter knows of its guest." });

const outputs = z.object({
  virtualMachines: z.array(machineSchema).meta({ description: "The machines, by name and then by managed object id." }),
});

/** The inventory, for programs that declare the same in many machines. */
export const findVirtualMachines: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "findVirtualMachines",
  description: "Finds virtual machines in the inventory by name, family of operating system and readiness.",
  example: { title: "All web servers", arguments: 'name: "web-*", ready: true', output: "virtualMachines" },
  inputs,
  outputs,
  async call(target, { name, guestFamily, ready }) {
    const matches = name === undefined ? () => true : picomatch(name, { dot: true, bash: true });
    const found = (await target.virtualMachines())
      .map(({ identity, system }) => systemFacts(identity, system))
      .filter((one) => matches(one.name))
      .filter((one) => guestFamily === undefined || one.guestFamily === guestFamily)
      .filter((one) => ready === undefined || one.ready === ready);
    return { virtualMachines: found.sort((a, b) => order(a.name, b.name) || order(a.moid, b.moid)) };
  },
};

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
