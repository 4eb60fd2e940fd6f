import { join } from "node:path";
import type { AnyFunction } from "../../provider/functions";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { describeProperties, type Property, type PropertyType } from "./property-type";
import { commonInputs } from "../../provider/vocabulary/inputs";
import { propertiesOf, type Schema } from "../../provider/vocabulary/property-meta";

const writtenBy = "<!-- Written by `npm run schema` from the declarations in provider/: edit those. -->";

const resourcesPage = (kinds: readonly AnyKind[]) => `# Resources

Use: [examples](../../examples). Where they can be used from: [languages](../languages.md). How differences are found: [drift](../drift.md).
Ids are \`<instance UUID>:<path>\` where a resource has a path. An input marked (replaces) makes a new resource when it changes.

All resources take these inputs:

${commonTable(kinds)}

${kinds.map(kindSection).join("\n\n")}
`;

const functionsPage = (functions: readonly AnyFunction[]) => `# Functions

Read-only, in every language, through the [native plugin](../dynamic-and-native.md). In TypeScript each has a second form that takes and
gives outputs: \`guest.getFile(…)\` and \`guest.getFileOutput(…)\` of \`import * as guest from "pulumi-vsphere-guest/native"\`.

${functionTable(functions)}
`;

const configurationPage = (config: Schema) => `# Configuration

Keys of the stack's configuration in the namespace \`vsphere-guest\` (\`pulumi config set vsphere-guest:user …\`), inputs of an explicit
\`Provider\`, or environment variables, which are those of \`@pulumi/vsphere\` where it has them. What comes from the environment is never
written into state.

${configTable(config)}
`;

/** The reference for users, in Markdown: path below the project's root -> text. */
export function referencePages(
  kinds: readonly AnyKind[],
  functions: readonly AnyFunction[],
  config: Schema,
): ReadonlyMap<string, string> {
  const pages = {
    resources: resourcesPage(kinds),
    functions: functionsPage(functions),
    configuration: configurationPage(config),
  };
  return new Map(
    Object.entries(pages).map(([name, text]) => [join("docs", "reference", `${name}.md`), `${writtenBy}\n\n${text}`]),
  );
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

function functionTable(functions: readonly AnyFunction[]): string {
  const rows = functions.map(({ token, description, inputs, outputs }) => {
    const given = describeProperties(inputs, token).map(({ name, optional }) => code(`${name}${optional ? "?" : ""}`));
    const told = describeProperties(outputs, token).map(({ name }) => code(name));
    return row(code(token), given.join(", "), told.join(", "), description);
  });
  return ["| function | inputs | result | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

const common: ReadonlySet<string> = new Set(Object.keys(commonInputs));

function commonTable(kinds: readonly AnyKind[]): string {
  const inputs = kinds.slice(0, 1).flatMap((kind) => describeProperties(kind.inputs, kind.token));
  return inputTable(inputs.filter(({ name }) => common.has(name)));
}

function kindSection(kind: AnyKind): string {
  const inputs = describeProperties(kind.inputs, kind.token).filter(({ name }) => !common.has(name));
  const inputNames = kind.inputsOf === undefined ? new Set(Object.keys(propertiesOf(kind.inputs))) : common;
  const outputs = describeProperties(kind.state, kind.token).filter(
    ({ name }) => !inputNames.has(name) && (kind.inputsOf === undefined || isOutputOf(kind, name)),
  );
  return [`## ${kind.token}`, kind.description, inputTable(inputs), outputTable(outputs)].join("\n\n");
}

/** Outputs of a kind whose outputs share names with its inputs: those that the inputs do not have, or have otherwise. */
function isOutputOf(kind: AnyKind, name: string): boolean {
  return propertiesOf(kind.state)[name] !== propertiesOf(kind.inputs)[name];
}

function inputTable(inputs: readonly Property[]): string {
  const rows = inputs.map(({ name, type, optional, meta }) => {
    const notes = [optional ? "" : " (required)", meta.replaces === true ? " (replaces)" : ""].join("");
    return row(code(name) + notes, typeWords(type), meta.description ?? "");
  });
  return ["| input | type | meaning |", "|---|---|---|", ...rows].join("\n");
}

function outputTable(outputs: readonly Property[]): string {
  const rows = outputs.map(({ name, type, meta }) => row(code(name), typeWords(type), meta.description ?? ""));
  return ["| output | type | meaning |", "|---|---|---|", ...rows].join("\n");
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
