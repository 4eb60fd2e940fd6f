import type * as pulumi from "@pulumi/pulumi";
import { MachineCustomization } from "./generated/native";
import { CustomizationComponent, type GuestCustomizationArgs } from "./guest-customization";

/** The same resources through the native plugin: import, exact diffs, explicit providers. */
export * from "./generated/native";
export type { CustomizedMachine, GuestCustomizationArgs } from "./guest-customization";

/** The same on many machines, in batches; each machine is a MachineCustomization. */
export class GuestCustomization extends CustomizationComponent {
  constructor(name: string, args: GuestCustomizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super(MachineCustomization, name, args, opts);
  }
}
