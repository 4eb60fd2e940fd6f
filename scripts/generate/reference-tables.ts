import type { GuestFunction } from "../../provider/functions";
import type { ResourceKind } from "../../provider/resources/resource-kind";
import { describeProperties, type Property, type PropertyType } from "./property-type";
import { propertiesOf, type Schema } from "../../provider/vocabulary/property-meta";

type Kind = ResourceKind<object, object>;

/** Puts the tables of configuration, functions and resources into a Markdown text. */
export function withReferenceTables(
  markdown: string,
  kinds: readonly Kind[],
  functions: readonly GuestFunction<object, object>[],
  config: Schema,
): string {
  return withTables(markdown, {
    config: configTable(config),
    functions: functionTable(functions),
    resources: kinds.map(kindSection).join("\n\n"),
  });
}

/** Puts tables between their marks, `<!-- name -->` and `<!-- /name -->`. Throws where a mark is missing. */
export function withTables(markdown: string, tables: Readonly<Record<string, string>>): string {
  let text = markdown;
  for (const [name, table] of Object.entries(tables)) {
    const marks = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`);
    if (!marks.test(text)) throw new Error(`no place marked <!-- ${name} --> … <!-- /${name} -->`);
    text = text.replace(marks, () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`);
  }
  return text;
}

function configTable(config: Schema): string {
  const rows = describeProperties(config, "Config").map(({ name, meta, optional }) =>
    row(
      `\`${name}\`${optional ? "" : " (required)"}`,
      code((meta.environment ?? []).join(", ")),
      meta.description ?? "",
    ),
  );
  return ["| key | environment | meaning |", "|---|---|---|", ...rows].join("\n");
}

function functionTable(functions: readonly GuestFunction<object, object>[]): string {
  const rows = functions.map(({ token, description, inputs, outputs }) => {
    const given = describeProperties(inputs, token).map(({ name, optional }) => code(`${name}${optional ? "?" : ""}`));
    const told = describeProperties(outputs, token).map(({ name }) => code(name));
    return row(code(token), given.join(", "), told.join(", "), description);
  });
  return ["| function | inputs | result | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function kindSection(kind: Kind): string {
  const common = new Set(["vm", "guest", "timeoutSeconds"]);
  const inputs = describeProperties(kind.inputs, kind.token).filter(({ name }) => !common.has(name));
  const inputNames = kind.inputsOf === undefined ? new Set(Object.keys(propertiesOf(kind.inputs))) : common;
  const outputs = describeProperties(kind.state, kind.token).filter(
    ({ name }) => !inputNames.has(name) && (kind.inputsOf === undefined || isOutputOf(kind, name)),
  );
  return [
    `### ${kind.token}`,
    "",
    kind.description,
    "",
    "| input | type | meaning |",
    "|---|---|---|",
    ...inputs.map(inputRow),
    "",
    "| output | type | meaning |",
    "|---|---|---|",
    ...outputs.map(({ name, type, meta }) => row(code(name), typeWords(type), meta.description ?? "")),
  ].join("\n");
}

/** Outputs of a kind whose outputs share names with its inputs: those that the inputs do not have, or have otherwise. */
function isOutputOf(kind: Kind, name: string): boolean {
  return propertiesOf(kind.state)[name] !== propertiesOf(kind.inputs)[name];
}

function inputRow({ name, type, optional, meta }: Property): string {
  const notes = [optional ? "" : " (required)", meta.replaces === true ? " (replaces)" : ""].join("");
  return row(code(name) + notes, typeWords(type), meta.description ?? "");
}

function typeWords(type: PropertyType): string {
  switch (type.kind) {
    case "enum":
      return type.values.map(code).join(", ");
    case "list":
      return `list of ${typeWords(type.items)}`;
    case "map":
      return `map of ${typeWords(type.values)}`;
    case "object":
      return `{ ${type.properties.map(({ name, optional }) => `${name}${optional ? "?" : ""}`).join(", ")} }`;
    case "union":
      return type.options.map(typeWords).join(" or ");
    default:
      return type.kind;
  }
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}
