import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cacheDirectory } from "./locate";
import { pulumiCliVersion } from "./version";

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const progressEveryMs = 20_000;

/** True when a Go toolchain is on PATH. */
export function hasGo(): boolean {
  return spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
}

/**
 * Builds the CLI from its Go modules into the cache: minutes of work, done once
 * (docs/reference/pulumi.md#building-the-cli).
 */
export async function buildPulumi(say: (line: string) => void): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "pulumi-build-"));
  const started = Date.now();
  const progress = setInterval(
    () => say(`  … still building, ${Math.round((Date.now() - started) / 1000)} s so far`),
    progressEveryMs,
  );
  try {
    writeFileSync(join(work, "go.mod"), goModule());
    writeFileSync(join(work, "dependency.go"), `//go:build never\n\npackage dependency\n\nimport _ "${cliPackage}"\n`);
    const binary = join(work, process.platform === "win32" ? "pulumi.exe" : "pulumi");
    const ldflags = `-s -w -X ${versionVariable}=v${pulumiCliVersion}`;
    await go(["build", "-mod=mod", "-trimpath", "-ldflags", ldflags, "-o", binary, cliPackage], work);
    const target = join(cacheDirectory(), "bin");
    mkdirSync(target, { recursive: true });
    const staged = join(target, `staged-${process.pid}`);
    copyFileSync(binary, staged);
    renameSync(staged, join(target, basename(binary)));
  } finally {
    clearInterval(progress);
    rmSync(work, { recursive: true, force: true });
  }
}

function goModule(): string {
  return [
    "module dependency",
    "go 1.24",
    `require github.com/pulumi/pulumi/pkg/v3 v${pulumiCliVersion}`,
    "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    "",
  ].join("\n");
}

function go(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd,
      env: { ...process.env, CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args[0]} ended with ${code}:\n${said}`)),
    );
  });
}
