import * as pulumi from "@pulumi/pulumi";
import type { DeclaredOptions } from "../../provider/dynamic/hidden-inputs";

/**
 * What the engine does not tell a dynamic provider of a resource: which one it is, and options that the provider has to
 * honour (docs/decisions/options-in-a-hidden-input.md). Options that a stack's transform adds are not among them.
 */
export async function declaredOptions(
  type: string,
  name: string,
  { parent, ignoreChanges, replaceOnChanges, customTimeouts }: pulumi.CustomResourceOptions,
): Promise<DeclaredOptions> {
  return {
    urn: await known(pulumi.createUrn(name, type, parent)),
    ...(ignoreChanges?.length ? { ignoreChanges } : {}),
    ...(replaceOnChanges?.length ? { replaceOnChanges } : {}),
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
}

/** The value alone: an output would make the resource depend on its own parent, and that may wait for it. */
function known(urn: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => urn.apply(resolve));
}
