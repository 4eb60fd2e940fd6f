import * as pulumi from "@pulumi/pulumi";

/** What a generated class says of its kind. */
export interface ResourceDeclaration {
  readonly kind: string;
  readonly outputs: readonly string[];
  /** Inputs that are secret by declaration, whether or not the program marks them so. */
  readonly secretInputs: readonly string[];
}

export type Args = Readonly<Record<string, unknown>>;

/** A class of this SDK, as its `get` needs it. */
export type ResourceClass<R> = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => R;

/** The properties to register: the outputs to come, and the inputs that are given, secret where declared so. */
export function inputsWithSecrets(
  declaration: ResourceDeclaration,
  args: Args | undefined,
  opts: pulumi.CustomResourceOptions,
): Record<string, unknown> {
  const outputs = Object.fromEntries(declaration.outputs.map((name) => [name, undefined]));
  if (args === undefined) {
    if (opts.id !== undefined) return outputs;
    throw new pulumi.InputPropertiesError({ message: `${declaration.kind} needs arguments`, errors: [] });
  }
  const inputs = Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, declaration.secretInputs.includes(name) ? pulumi.secret(value) : value]);
  return { ...outputs, ...(Object.fromEntries(inputs) as Args) };
}
