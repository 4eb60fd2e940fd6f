import * as pulumi from "@pulumi/pulumi";

/** What a generated class says of its kind. */
export interface DynamicDeclaration {
  readonly kind: string;
  readonly outputs: readonly string[];
  /** Inputs that are secret by declaration, whether or not the program marks them so. */
  readonly secretInputs: readonly string[];
}

type Args = Readonly<Record<string, unknown>>;

/** A class of this SDK, as its `get` needs it. */
type ResourceClass<R> = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => R;

/**
 * Base of the resources that run in Pulumi's dynamic provider. On the wire such a resource is a type token and the
 * string input `__provider`, which is constant here: the installed package decides which code runs, and state never
 * holds code (docs/decisions; pulumi-mechanics.md 1.7 C).
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    declaration: DynamicDeclaration,
    name: string,
    args: object | undefined,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    super(typeOf(declaration), name, propertiesFor(declaration, args as Args | undefined, opts), opts);
  }

  protected static existing<R>(
    resource: ResourceClass<R>,
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions | undefined,
  ): R {
    return new resource(name, undefined as never, { ...opts, id });
  }

  protected static isOfKind(value: unknown, declaration: DynamicDeclaration): boolean {
    return (
      pulumi.Resource.isInstance(value) && (value as { __pulumiType?: unknown }).__pulumiType === typeOf(declaration)
    );
  }
}

function typeOf({ kind }: DynamicDeclaration): string {
  return `pulumi-nodejs:dynamic/vsphere-guest:${kind}`;
}

/** Frozen for ever: every recorded state calls it. */
function providerText(kind: string): string {
  return `exports.handler = () => require("pulumi-vsphere-guest/dynamic").provider(${JSON.stringify(kind)});`;
}

function propertiesFor(declaration: DynamicDeclaration, args: Args | undefined, opts: pulumi.CustomResourceOptions) {
  const outputs = Object.fromEntries(declaration.outputs.map((name) => [name, undefined]));
  const provider = { __provider: providerText(declaration.kind) };
  if (args === undefined) {
    if (opts.id !== undefined) return { ...outputs, ...provider };
    throw new pulumi.InputPropertiesError({ message: `${declaration.kind} needs arguments`, errors: [] });
  }
  const inputs = Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, declaration.secretInputs.includes(name) ? pulumi.secret(value) : value]),
  );
  return { ...outputs, ...inputs, ...provider, __secrets: secretNames(inputs) };
}

/**
 * Names of the inputs that hold secrets. The dynamic host hands its provider plain values, so it has to be told which
 * must never travel in arguments or show in outputs.
 */
function secretNames(inputs: Args): pulumi.Output<string[]> {
  const answers = Object.entries(inputs).map(async ([name, value]) =>
    (await pulumi.isSecret(pulumi.output(value))) ? [name] : [],
  );
  return pulumi.output(Promise.all(answers).then((names) => names.flat().sort()));
}
