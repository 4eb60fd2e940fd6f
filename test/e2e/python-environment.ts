import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";

const sdk = join(packageRoot, "sdk", "python");

/** A virtual environment with Pulumi and this project's Python SDK; made once per state of the SDK, and kept. */
export function pythonEnvironment(): string {
  const environment = join(packageRoot, ".cache", `python-${hashOf(sdk)}`);
  const complete = join(environment, "complete");
  if (existsSync(complete)) return environment;
  rmSync(environment, { recursive: true, force: true });
  run("python3", ["-m", "venv", environment]);
  // Building writes into the source.
  const copy = join(environment, "sdk");
  cpSync(sdk, copy, { recursive: true });
  run(join(environment, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", copy]);
  writeFileSync(complete, "");
  return environment;
}

function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stdout + stderr}`);
}
