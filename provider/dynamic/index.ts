import type { AnyKind } from "../resources/resource-kind";
import { resourceKinds } from "../resources";
import { DynamicProvider } from "./dynamic-provider";
import { engineAddress } from "../lifecycle/scope/engine-watch";
import { ProcessScope } from "../lifecycle/scope/process-scope";

/** One for all kinds of this process. */
let scope: ProcessScope | undefined;

/**
 * The provider object of one kind, for Pulumi's dynamic host. Every recorded state calls this module and function by
 * name (`require("pulumi-vsphere-guest/dynamic").provider("GuestFile")`): neither may ever change.
 */
export function provider(token: string): DynamicProvider {
  const kinds: readonly AnyKind[] = resourceKinds;
  const kind = kinds.find((one) => one.token === token);
  if (kind === undefined) {
    const known = kinds.map((one) => one.token).join(", ");
    throw new Error(
      `pulumi-vsphere-guest has no kind ${token} (it has ${known}). Is the installed version the right one?`,
    );
  }
  scope ??= new ProcessScope(engineAddress(process.argv.slice(2)));
  return new DynamicProvider(kind, scope);
}
