import * as pulumi from "@pulumi/pulumi";
import { dynamicTypeOf, tokenOf } from "../../provider/vocabulary/tokens";
import { declaredOptions } from "./declared-options";
import { inputsWithSecrets, type Args, type ResourceClass, type ResourceDeclaration } from "./resource-declaration";

/**
 * Base of the resources that run in Pulumi's dynamic provider. On the wire such a resource is a type token and the
 * string input `__provider`, which is constant here: the installed package decides which code runs, and state never
 * holds code (docs/decisions/constant-provider-text.md). It goes by the name of its native twin too: a stack may move
 * both ways.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    declaration: ResourceDeclaration,
    name: string,
    args: object | undefined,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties = propertiesFor(declaration, name, args as Args | undefined, opts);
    const nativeTwin = { type: tokenOf(declaration.kind) };
    super(dynamicTypeOf(declaration.kind), name, properties, pulumi.mergeOptions(opts, { aliases: [nativeTwin] }));
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
      (value as { __pulumiType?: unknown }).__pulumiType === dynamicTypeOf(declaration.kind)
    );
  }
}

/** Frozen for ever: every recorded state calls it. */
function providerText(kind: string): string {
  return `exports.handler = () => require("pulumi-vsphere-guest/dynamic").provider(${JSON.stringify(kind)});`;
}

function propertiesFor(
  declaration: ResourceDeclaration,
  name: string,
  args: Args | undefined,
  opts: pulumi.CustomResourceOptions,
) {
  const properties = { ...inputsWithSecrets(declaration, args, opts), __provider: providerText(declaration.kind) };
  if (args === undefined) return properties;
  const options = declaredOptions(dynamicTypeOf(declaration.kind), name, opts);
  // Nothing else tells the dynamic provider that it works for a preview.
  const preview = pulumi.runtime.isDryRun() ? { __preview: true } : {};
  return { ...properties, ...preview, __secrets: secretNames(properties), __options: options };
}

/**
 * Names of the inputs that hold secrets. The dynamic host hands its provider plain values, so it has to be told which
 * must never travel in arguments or show in outputs.
 */
function secretNames(inputs: Args): pulumi.Output<string[]> {
  const answers = Object.entries(inputs)
    .filter(([, value]) => value !== undefined)
    .map(async ([name, value]) => ((await pulumi.isSecret(pulumi.output(value))) ? [name] : []));
  return pulumi.output(Promise.all(answers).then((names) => names.flat().sort()));
}
