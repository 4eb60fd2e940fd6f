import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runCommand } from "../command";
import { ensurePulumiCli } from "../pulumi-cli";
import { checkCommitted, filesBelow, writeCommitted } from "./committed-files";

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
  const generated = { files: generateSdks(join(root, "schema.json")), folders: sdks.map(({ to }) => to) };
  if (check) checkCommitted(root, generated, "npm run sdk");
  else writeCommitted(root, generated);
}

/** Path below the project's root -> text. */
function generateSdks(schema: string): ReadonlyMap<string, string> {
  const out = mkdtempSync(join(tmpdir(), "vsphere-guest-sdk-"));
  try {
    const files = sdks.flatMap(({ language, from, to }) => {
      generate(schema, language, out);
      return filesBelow(join(out, from)).map(
        (name) => [join(to, name), readFileSync(join(out, from, name), "utf8")] as const,
      );
    });
    return new Map(files);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function generate(schema: string, language: string, out: string): void {
  const args = ["package", "gen-sdk", schema, "--language", language, "--out", out];
  const { status, stdout, stderr, error } = spawnSync("pulumi", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`pulumi ${args.join(" ")} failed: ${error?.message ?? stdout + stderr}`);
}

runCommand(() => main(resolve("."), process.argv.includes("--check")));
