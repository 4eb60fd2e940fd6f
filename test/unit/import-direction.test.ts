import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/** What each part of the project may import from, besides itself (docs of the layers: CONTRIBUTING.md). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "provider/errors": [],
  "provider/soap": ["provider/errors"],
  "provider/vim": ["provider/errors", "provider/soap"],
  "provider/guest": ["provider/errors", "provider/soap", "provider/vim"],
  "provider/resources": ["provider/errors", "provider/guest", "provider/schema"],
  "provider/functions": ["provider/errors", "provider/guest", "provider/resources", "provider/schema"],
  // Describes kinds and configuration to the outside; resources and lifecycle read its property metadata.
  "provider/schema": ["provider/errors", "provider/functions", "provider/resources", "provider/lifecycle"],
  "provider/lifecycle": [
    "provider/errors",
    "provider/functions",
    "provider/guest",
    "provider/resources",
    "provider/schema",
  ],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsOf(part: string): Import[] {
  const all = sourceFiles(join(project, part)).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from|import|require\()\s*"([^"]+)"/g)].map(([, specifier = ""]) => ({
      file: relative(project, file),
      target: specifier.startsWith(".") ? relative(project, resolve(dirname(file), specifier)) : specifier,
    })),
  );
  // Generators hold imports of what they generate in their templates.
  return all.filter(({ target }) => !target.includes("/") || target.startsWith("@") || isSource(target));
}

function isSource(target: string): boolean {
  return ["", ".ts", "/index.ts"].some((end) => existsSync(join(project, target + end)));
}

function sourceFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(directory, name));
}

test.each(Object.keys(mayImport))("%s imports only what lies below it", (part) => {
  const allowed = [part, ...(mayImport[part] ?? [])];
  const wrong = importsOf(part).filter(
    ({ target }) =>
      /^(provider|simulator|test|cli|sdk|scripts)\//.test(target) &&
      !allowed.some((from) => `${target}/`.startsWith(`${from}/`)),
  );
  expect(wrong).toEqual([]);
});

test("nothing in the provider or the SDK knows the simulator", () => {
  const wrong = [...importsOf("provider"), ...importsOf("sdk/nodejs")].filter(({ target }) =>
    target.startsWith("simulator"),
  );
  expect(wrong).toEqual([]);
});

test("only soap sees XML and HTTP of the vSphere API; only transfers speak HTTP beside it", () => {
  const users = importsOf("provider").filter(({ target }) => ["saxes", "fast-xml-parser", "undici"].includes(target));
  const outside = users.map(({ file }) => file).filter((file) => !file.startsWith("provider/soap/"));
  expect(
    outside.filter((file) => file !== "provider/guest/transfer.ts" && !file.startsWith("provider/resources/")),
  ).toEqual([]);
});

test("only the native plugin sees gRPC", () => {
  const wrong = importsOf("provider").filter(
    ({ file, target }) => /^@grpc\/|proto\//.test(target) && !file.startsWith("provider/plugin/"),
  );
  expect(wrong).toEqual([]);
});
