import { randomBytes } from "node:crypto";
import { InvalidArgumentError, Option } from "commander";
import { describeOptions, type OptionDescription } from "../../simulator/option-descriptions";

/** An option of the simulator, and the flag of `vsphere-guest simulate` that sets it. */
export interface OptionFlag {
  readonly optionName: string;
  readonly flag: Option;
}

/** The flags of the options that have one. */
export function optionFlags(): OptionFlag[] {
  return describeOptions().flatMap((option) =>
    option.flag === undefined ? [] : [{ optionName: option.name, flag: flagOf(option, option.flag) }],
  );
}

/** The simulator's options that were given by flag; `values` is what commander read. */
export function givenOptions(
  flags: readonly OptionFlag[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return defined(flags.map(({ optionName, flag }) => [optionName, values[flag.attributeName()]]));
}

/** The options in which the command differs from the simulator in code, where neither flag nor scenario sets them. */
export function commandDefaults(): Record<string, unknown> {
  return defined(
    describeOptions().map(({ name, commandDefault, isRandomInCommand }) => [
      name,
      isRandomInCommand ? randomBytes(12).toString("base64url") : commandDefault,
    ]),
  );
}

function defined(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function flagOf(option: OptionDescription, flag: string): Option {
  // Commander must not know the default: it would win over a scenario's.
  const standard = option.commandDefault ?? option.defaultValue;
  const told = option.isRandomInCommand ? "a random one, told when it is ready" : asText(standard);
  const addition = standard === undefined ? "" : ` (default: ${told})`;
  const result = new Option(flag, option.description + addition);
  const choices = option.shape.enum?.map(String);
  return choices === undefined ? result.argParser((text) => valueOf(option, text)) : result.choices(choices);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function valueOf(option: OptionDescription, text: string): string | number {
  const value = takesNumber(option) ? wholeNumber(text) : text;
  const refusal = option.refusal(value);
  if (refusal !== undefined) throw new InvalidArgumentError(refusal);
  return value;
}

function takesNumber({ shape }: OptionDescription): boolean {
  return [shape, ...(shape.anyOf ?? [])].some(({ type }) => type === "integer" || type === "number");
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("A whole number is needed.");
  return Number(text);
}
