import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as prettier from "prettier";
import { generatedFiles } from "./generate/generated-files";

const folder = join("sdk", "nodejs", "generated");

/**
 * `npm run schema`: writes schema.json and sdk/nodejs/generated anew from the kinds. With `--check` it writes nothing,
 * names the files that are out of date, and fails if there are any.
 */
async function main(root: string, check: boolean): Promise<void> {
  const files = new Map<string, string>();
  for (const [path, text] of generatedFiles(root)) files.set(path, await formatted(join(root, path), text));
  const present = existsSync(join(root, folder)) ? filesBelow(root, folder) : [];
  const superfluous = present.filter((path) => !files.has(path));
  const stale = [...files].filter(([path, text]) => textOf(join(root, path)) !== text).map(([path]) => path);
  for (const path of [...superfluous, ...stale]) console.log(check ? `out of date: ${path}` : path);
  if (check) {
    if (superfluous.length + stale.length > 0) throw new Error("generated files are out of date; run: npm run schema");
    return;
  }
  for (const path of superfluous) rmSync(join(root, path));
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? "");
  }
}

function filesBelow(root: string, directory: string): string[] {
  const entries = readdirSync(join(root, directory), { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => relative(root, join(one.parentPath, one.name)));
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function formatted(path: string, text: string): Promise<string> {
  if (!path.endsWith(".ts")) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}

main(resolve("."), process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
