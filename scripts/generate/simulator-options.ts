import type { z } from "zod";
import { describeOptions, type OptionDescription } from "../../simulator/option-descriptions";

type Shape = z.core.JSONSchema.JSONSchema;

const marks = /<!-- options -->[^]*<!-- \/options -->/;

/** Puts the table of the simulator's options between the marks `<!-- options -->` and `<!-- /options -->`. Throws where they are missing. */
export function withSimulatorOptions(markdown: string): string {
  if (!marks.test(markdown)) throw new Error("no place marked <!-- options --> … <!-- /options -->");
  return markdown.replace(marks, () => `<!-- options -->\n${optionsTable()}\n<!-- /options -->`);
}

function optionsTable(): string {
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
