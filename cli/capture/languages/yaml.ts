import { secretsOf, type Captured, type DeclaredValue } from "../captured";
import { heading, json, projectFile, type Language } from "./language";

export const yaml: Language = {
  name: "yaml",
  files: (captured, project) => ({ "Pulumi.yaml": projectFile(project, "yaml") + program(captured) }),
  preparation: () => [],
};

function program(captured: Captured): string {
  const secrets = secretsOf(captured).map(({ key }) => `  ${JSON.stringify(key)}: { type: string, secret: true }\n`);
  const blocks = captured.resources.map(({ kind, name, path, inputs }) => {
    const entries = Object.entries({ vm: captured.vmPath, path, ...inputs }).map(
      ([key, value]) => `      ${key}: ${literal(value)}\n`,
    );
    return `  ${JSON.stringify(name)}:
    type: vsphere-guest:${kind}
    properties:
${entries.join("")}`;
  });
  return `# ${heading(captured)}
${secrets.length === 0 ? "" : `config:\n${secrets.join("")}`}resources:
${blocks.join("")}`;
}

/** A text of JSON is one of YAML; Pulumi's own \`\${…}\` is written out. */
function literal(value: DeclaredValue): string {
  if (typeof value === "object" && "secret" in value) return `\${${value.secret}}`;
  return json(value).replaceAll("${", "$${");
}
