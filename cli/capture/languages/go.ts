import { join } from "node:path";
import { secretsOf, type Captured, type DeclaredValue } from "../captured";
import { heading, projectFile, type Language } from "./language";

const sdk = "github.com/pulumi-vsphere-guest/pulumi-vsphere-guest/sdk/go";
const pulumi = "github.com/pulumi/pulumi/sdk/v3";

export const go: Language = {
  name: "go",
  files: (captured, project) => ({
    "Pulumi.yaml": projectFile(project, "go"),
    "main.go": program(captured),
    "go.mod": `module ${project.name}

go 1.23

require ${pulumi} v3.200.0
${project.checkout === undefined ? "" : `\nrequire ${sdk} v0.1.0\n\nreplace ${sdk} => ${join(project.checkout, "sdk", "go")}\n`}`,
  }),
  preparation: ({ checkout, pluginPath }) => [
    ...(checkout === undefined ? [`pulumi package add ${JSON.stringify(pluginPath)}`] : []),
    "go mod tidy",
  ],
};

function program(captured: Captured): string {
  const hasSecrets = secretsOf(captured).length > 0;
  const blocks = captured.resources.map(({ kind, name, path, inputs }) => {
    const entries = Object.entries({ vm: captured.vmPath, path, ...inputs });
    const width = Math.max(...entries.map(([key]) => key.length)) + 1;
    const lines = entries.map(([key, value]) => `\t\t\t${`${pascal(key)}:`.padEnd(width)} ${literal(value)},\n`);
    return `\t\tif _, err := vsphereguest.New${kind}(ctx, ${JSON.stringify(name)}, &vsphereguest.${kind}Args{
${lines.join("")}\t\t}); err != nil {
\t\t\treturn err
\t\t}
`;
  });
  return `package main

import (
\t"${sdk}/vsphereguest"
\t"${pulumi}/go/pulumi"
${hasSecrets ? `\t"${pulumi}/go/pulumi/config"\n` : ""})

// ${heading(captured)}
func main() {
\tpulumi.Run(func(ctx *pulumi.Context) error {
${hasSecrets ? '\t\tcfg := config.New(ctx, "")\n' : ""}${blocks.join("")}\t\treturn nil
\t})
}
`;
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function literal(value: DeclaredValue): string {
  if (typeof value === "string") return `pulumi.String(${JSON.stringify(value)})`;
  if (typeof value === "number") return `pulumi.Float64(${value})`;
  if (typeof value === "boolean") return `pulumi.Bool(${value})`;
  if ("secret" in value) return `cfg.RequireSecret(${JSON.stringify(value.secret)})`;
  return `pulumi.StringArray{${value.map(literal).join(", ")}}`;
}
