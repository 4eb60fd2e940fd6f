import type * as pulumi from "@pulumi/pulumi";
import { MachineCustomization } from "./generated";
import { CustomizationComponent, type GuestCustomizationArgs } from "./guest-customization";

export * from "./generated";
export type { CustomizedMachine, GuestCustomizationArgs } from "./guest-customization";

/** The same on many machines, in batches; each machine is a MachineCustomization. */
export class GuestCustomization extends CustomizationComponent {
  constructor(name: string, args: GuestCustomizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super(MachineCustomization, name, args, opts);
  }
}
