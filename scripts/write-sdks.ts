import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { ensurePulumiCli } from "./pulumi-cli";

/** Where `pulumi package gen-sdk` writes each language, and where the result stands in the project. */
const sdks = [
  { language: "python", from: "python", to: join("sdk", "python") },
  { language: "go", from: join("go", "vsphereguest"), to: join("sdk", "go", "vsphereguest") },
] as const;

/**
 * `npm run sdk`: writes the committed SDKs of other languages anew from schema.json, with Pulumi's own generator. With
 * `--check` it writes nothing, names the files that are out of date, and fails if there are any.
 */
async function main(root: string, check: boolean): Promise<void> {
  await ensurePulumiCli(console.error);
  const made = mkdtempSync(join(tmpdir(), "vsphere-guest-sdk-"));
  try {
    const stale = sdks.flatMap(({ language, from, to }) => {
      generate(root, language, made);
      const differing = differences(join(made, from), join(root, to)).map((name) => join(to, name));
      if (!check && differing.length > 0) {
        rmSync(join(root, to), { recursive: true, force: true });
        cpSync(join(made, from), join(root, to), { recursive: true });
      }
      return differing;
    });
    for (const path of stale) console.log(check ? `out of date: ${path}` : path);
    if (check && stale.length > 0) throw new Error("generated SDKs are out of date; run: npm run sdk");
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function generate(root: string, language: string, out: string): void {
  const args = ["package", "gen-sdk", join(root, "schema.json"), "--language", language, "--out", out];
  const { status, stdout, stderr, error } = spawnSync("pulumi", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`pulumi ${args.join(" ")} failed: ${error?.message ?? stdout + stderr}`);
}

/** Paths of files that are in one of two directories only, or not the same in both. */
function differences(made: string, present: string): string[] {
  const names = new Set([...filesBelow(made), ...filesBelow(present)]);
  return [...names].filter((name) => textOf(join(made, name)) !== textOf(join(present, name))).sort();
}

function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((one) => one.isFile())
    .map((one) => relative(directory, join(one.parentPath, one.name)))
    .filter((name) => !/(__pycache__|\.egg-info|^build)(\/|\\)/.test(name));
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

main(resolve("."), process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
