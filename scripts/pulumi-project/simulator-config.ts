import type { ConfigMap } from "@pulumi/pulumi/automation";

/** Where a simulator answers. */
export interface SimulatorAddress {
  /** `host:port` or https URL. */
  readonly server: string;
  /** PEM file with the certificate to trust. */
  readonly certificate: string;
}

/** Passwords of a simulator's default users. */
export interface SimulatorPasswords {
  readonly password: string;
  readonly guestPassword: string;
}

/** The provider's configuration of a stack that deploys to a simulator. */
export function simulatorConfig(
  { server, certificate }: SimulatorAddress,
  { password, guestPassword }: SimulatorPasswords,
): ConfigMap {
  return {
    "vsphere-guest:vsphereServer": { value: server },
    "vsphere-guest:user": { value: "administrator@vsphere.local" },
    "vsphere-guest:password": { value: password, secret: true },
    "vsphere-guest:caFile": { value: certificate },
    "vsphere-guest:guestUser": { value: "root" },
    "vsphere-guest:guestPassword": { value: guestPassword, secret: true },
  };
}
