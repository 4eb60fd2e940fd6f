import type { z } from "zod";
import { describeOptions, type OptionDescription } from "../../simulator/option-descriptions";

type Shape = z.core.JSONSchema.JSONSchema;

/** The table of a simulator's options, for docs/simulator.md. */
export function simulatorOptionsTable(): string {
  return ["| Option | Takes | Default | Meaning | Flag |", "|---|---|---|---|---|", ...describeOptions().map(row)].join(
    "\n",
  );
}

function row({ name, description, flag, defaultValue, commandDefault, shape }: OptionDescription): string {
  const inCode = defaultValue === undefined ? "" : code(JSON.stringify(defaultValue));
  const onCommandLine = commandDefault === undefined ? "" : ` (default ${code(commandDefault)})`;
  const setBy = flag === undefined ? "" : code(flag) + onCommandLine;
  return `| ${[code(name), words(shape), inCode, description, setBy].join(" | ")} |`;
}

function words(shape: Shape): string {
  if (shape.anyOf !== undefined) return shape.anyOf.map(words).join(" or ");
  if (shape.enum !== undefined) return shape.enum.map((value) => code(String(value))).join(", ");
  if (shape.type === "array") return `list of ${words(shape.items as Shape)}`;
  if (shape.type === "object" && shape.properties !== undefined) return code(fields(shape));
  return shape.type === "integer" ? "number" : String(shape.type);
}

function fields({ properties = {}, required = [] }: Shape): string {
  const names = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
  return `{ ${names.join(", ")} }`;
}

function code(text: string): string {
  return `\`${text}\``;
}
