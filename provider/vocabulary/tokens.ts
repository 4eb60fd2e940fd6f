/** The provider's name, to Pulumi's engine and in every token. */
export const packageName = "vsphere-guest";

/** Token of a kind or function in Pulumi's schema and programs: `vsphere-guest:index:GuestFile`. */
export function tokenOf(name: string): string {
  return `${packageName}:index:${name}`;
}

/** Type of the same resource in the dynamic skin; an alias, so that a stack may move over without replacement. */
export function dynamicTypeOf(kind: string): string {
  return `pulumi-nodejs:dynamic/${packageName}:${kind}`;
}
