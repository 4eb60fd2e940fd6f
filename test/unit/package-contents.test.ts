import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..", "..");
const shipped = ["provider", "sdk/nodejs", "simulator", "cli"];

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const imports: readonly Import[] = shipped.flatMap((part) =>
  readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const file = join(part, name);
      const found = readFileSync(join(root, file), "utf8").matchAll(/(?:from|import\(?|require\()\s*"([^"]+)"/g);
      return [...found].map(([, target = ""]) => ({ file, target }));
    }),
);

/** `@grpc/grpc-js` of `@grpc/grpc-js/build`, `zod` of `zod`. */
function packageOf(target: string): string {
  return target.split("/", target.startsWith("@") ? 2 : 1).join("/");
}

const packages = imports.filter(({ target }) => !target.startsWith(".") && !target.startsWith("node:"));
const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];

test("what is shipped imports nothing of the project that is not", () => {
  const outside = imports.filter(({ file, target }) => {
    const path = relative(root, resolve(root, dirname(file), target));
    return target.startsWith(".") && !shipped.some((part) => path === part || path.startsWith(`${part}/`));
  });
  expect(outside).toEqual([]);
});

test("what is shipped imports only packages that an install brings", () => {
  const missing = packages.filter(({ target }) => ![...declared, manifest.name].includes(packageOf(target)));
  expect(missing).toEqual([]);
});

test("an install brings no package that nothing shipped imports", () => {
  const used = new Set(packages.map(({ target }) => packageOf(target)));
  expect(declared.filter((name) => !used.has(name))).toEqual([]);
});

test("the package holds the compiled product, the plugin's folder, the schema and the texts about them", () => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  const parts = new Set(files.map(({ path }) => /^dist\/[^/]+|^[^/]+/.exec(path)?.[0]));
  const compiled = ["dist/cli", "dist/provider", "dist/sdk", "dist/simulator"];
  const texts = ["CHANGELOG.md", "LICENSE", "README.md"];
  expect([...parts].sort()).toEqual([...texts, ...compiled, "package.json", "plugin", "schema.json"].sort());
});
