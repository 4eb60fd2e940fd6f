import { secretsOf, type Captured, type DeclaredValue } from "../captured";
import { heading, json, projectFile, type Language } from "./language";

export const typescript: Language = {
  name: "typescript",
  files: (captured, project) => ({
    "Pulumi.yaml": projectFile(project, "nodejs"),
    "index.ts": program(captured),
    "package.json": `${JSON.stringify(manifest(project.name, project.packagePath), undefined, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(compiler, undefined, 2)}\n`,
  }),
  preparation: () => ["npm install"],
};

function manifest(name: string, packagePath: string) {
  return {
    name,
    private: true,
    main: "index.ts",
    dependencies: { "@pulumi/pulumi": "^3.200.0", "pulumi-vsphere-guest": `file:${packagePath}` },
    devDependencies: { typescript: "^5.0.0" },
  };
}

const compiler = {
  compilerOptions: {
    target: "ES2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
  },
  files: ["index.ts"],
};

function program(captured: Captured): string {
  const hasSecrets = secretsOf(captured).length > 0;
  const blocks = captured.resources.map(({ kind, name, path, inputs }) => {
    const lines = Object.entries({ path, ...inputs }).map(([key, value]) => `  ${key}: ${literal(value)},\n`);
    return `new guest.${kind}(${literal(name)}, {\n  vm,\n${lines.join("")}});\n`;
  });
  const imports = hasSecrets ? 'import * as pulumi from "@pulumi/pulumi";\n' : "";
  const config = hasSecrets ? "const config = new pulumi.Config();\n" : "";
  return `${imports}import * as guest from "pulumi-vsphere-guest/native";

// ${heading(captured)}
${config}const vm = ${literal(captured.vmPath)};

${blocks.join("\n")}`;
}

function literal(value: DeclaredValue): string {
  if (typeof value === "object" && "secret" in value) return `config.requireSecret(${literal(value.secret)})`;
  return json(value);
}
