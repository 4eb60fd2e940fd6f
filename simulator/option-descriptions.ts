import { z } from "zod";
import { simulatorOptions } from "./options";

/** What the declaration of an option says of it, for flags and reference. */
export interface OptionDescription {
  readonly name: string;
  /** One sentence, in Markdown. */
  readonly description: string;
  /** Its flag of `vsphere-guest simulate`, e.g. `--vms <number>`; undefined where it has none. */
  readonly flag: string | undefined;
  /** Undefined where there is none. */
  readonly defaultValue: unknown;
  /** The command's default, where it has another one. */
  readonly commandDefault: string | undefined;
  /** The command makes one up where none is given. */
  readonly isRandomInCommand: boolean;
  /** What it takes, as JSON Schema. */
  readonly shape: z.core.JSONSchema.JSONSchema;
  /** Why it does not take this value; undefined where it does. */
  refusal(value: unknown): string | undefined;
}

/** The options of a simulator, in the order of their declaration. */
export function describeOptions(): OptionDescription[] {
  const defaults: Readonly<Record<string, unknown>> = simulatorOptions.parse({});
  return Object.entries(simulatorOptions.shape).map(([name, schema]) => ({
    name,
    description: schema.meta()?.description ?? "",
    flag: schema.meta()?.flag,
    defaultValue: defaults[name],
    commandDefault: schema.meta()?.commandDefault,
    isRandomInCommand: schema.meta()?.isRandomInCommand === true,
    shape: z.toJSONSchema(schema, { io: "input" }),
    refusal: (value) =>
      schema
        .safeParse(value)
        .error?.issues.map(({ message }) => message)
        .join("; "),
  }));
}
