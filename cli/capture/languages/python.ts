import { join } from "node:path";
import { secretsOf, type Captured, type DeclaredValue } from "../captured";
import { heading, json, projectFile, type Language } from "./language";

export const python: Language = {
  name: "python",
  files: (captured, project) => ({
    "Pulumi.yaml": projectFile(project, "\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: venv"),
    "__main__.py": program(captured),
    "requirements.txt": `pulumi>=3.269.0,<4.0.0\n${project.checkout === undefined ? "" : `${join(project.checkout, "sdk", "python")}\n`}`,
  }),
  preparation: ({ checkout, pluginPath }) => [
    ...(checkout === undefined ? [`pulumi package add ${JSON.stringify(pluginPath)}`] : []),
    "pulumi install",
  ],
};

function program(captured: Captured): string {
  const hasSecrets = secretsOf(captured).length > 0;
  const blocks = captured.resources.map(({ kind, name, path, inputs }) => {
    const lines = Object.entries({ path, ...inputs }).map(([key, value]) => `    ${snake(key)}=${literal(value)},\n`);
    return `guest.${kind}(\n    ${literal(name)},\n    vm=vm,\n${lines.join("")})\n`;
  });
  return `${hasSecrets ? "import pulumi\n" : ""}import pulumi_vsphere_guest as guest

# ${heading(captured)}
${hasSecrets ? "config = pulumi.Config()\n" : ""}vm = ${literal(captured.vmPath)}

${blocks.join("\n")}`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function literal(value: DeclaredValue): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object" && "secret" in value) return `config.require_secret(${literal(value.secret)})`;
  return json(value);
}
