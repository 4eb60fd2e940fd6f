import * as pulumi from "@pulumi/pulumi";
import { dynamicTypeOf, packageName, tokenOf } from "../../provider/vocabulary/tokens";
import { inputsWithSecrets, type Args, type ResourceClass, type ResourceDeclaration } from "./resource-declaration";

/**
 * Base of the resources that run in the native plugin `pulumi-resource-vsphere-guest`. They go by the name of their
 * dynamic twins too, so that a stack moves from one door to the other without replacing anything.
 */
export abstract class NativeResource extends pulumi.CustomResource {
  protected constructor(
    declaration: ResourceDeclaration,
    name: string,
    args: object | undefined,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    super(
      tokenOf(declaration.kind),
      name,
      inputsWithSecrets(declaration, args as Args | undefined, opts),
      pulumi.mergeOptions(opts, {
        aliases: [{ type: dynamicTypeOf(declaration.kind) }],
        additionalSecretOutputs: [...declaration.secretInputs],
      }),
    );
  }

  protected static existing<R>(
    resource: ResourceClass<R>,
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions | undefined,
  ): R {
    return new resource(name, undefined as never, { ...opts, id });
  }

  protected static isOfKind(value: unknown, declaration: ResourceDeclaration): boolean {
    return (
      pulumi.Resource.isInstance(value) &&
      (value as { __pulumiType?: unknown }).__pulumiType === tokenOf(declaration.kind)
    );
  }
}

/**
 * Base of the explicit provider. Its inputs travel as text, JSON where they are not text
 * (docs/reference/pulumi.md#calls-to-a-native-provider).
 */
export abstract class NativeProvider extends pulumi.ProviderResource {
  protected constructor(
    name: string,
    args: object | undefined,
    secretInputs: readonly string[],
    opts: pulumi.ResourceOptions | undefined,
  ) {
    const inputs = Object.entries((args ?? {}) as Args)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const text = (pulumi.output(value) as pulumi.Output<unknown>).apply((known) =>
          typeof known === "string" ? known : JSON.stringify(known),
        );
        return [key, secretInputs.includes(key) ? pulumi.secret(text) : text];
      });
    super(packageName, name, Object.fromEntries(inputs) as pulumi.Inputs, opts);
  }
}
