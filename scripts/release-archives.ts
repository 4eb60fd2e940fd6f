import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as tar from "tar";
import { z } from "zod";
import { runCommand } from "./command";

const versions = z.record(z.string(), z.string());
const manifestSchema = z.looseObject({
  version: z.string(),
  dependencies: versions,
  peerDependencies: versions,
  devDependencies: versions,
});

const platforms = ["linux", "darwin", "windows"].flatMap((os) => ["amd64", "arm64"].map((arch) => ({ os, arch })));

/** Everything that the plugin needs to run, but for Node itself: one tree serves all platforms. */
const launchers = ["pulumi-resource-vsphere-guest", "pulumi-resource-vsphere-guest.cmd"];

/**
 * `npm run release:archives [-- <directory>]`: writes `pulumi-resource-vsphere-guest-v<version>-<os>-<arch>.tar.gz` for each
 * platform, as `pulumi plugin install` fetches them. They hold the compiled plugin and its dependencies; Node has to be on
 * PATH where they run.
 */
async function main(root: string, out: string): Promise<void> {
  const { version } = manifestSchema.parse(read(root));
  const stage = mkdtempSync(join(tmpdir(), "vsphere-guest-release-"));
  try {
    fill(root, stage);
    mkdirSync(out, { recursive: true });
    for (const { os, arch } of platforms) {
      const file = join(out, `pulumi-resource-vsphere-guest-v${version}-${os}-${arch}.tar.gz`);
      await tar.create({ gzip: true, file, cwd: stage, portable: true }, [...launchers, "package"]);
      console.log(file);
    }
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function fill(root: string, stage: string): void {
  const target = join(stage, "package");
  mkdirSync(target);
  for (const name of ["package-lock.json", "schema.json", "LICENSE"])
    copyFileSync(join(root, name), join(target, name));
  writeFileSync(join(target, "package.json"), JSON.stringify(manifestToRun(root), undefined, 2));
  for (const part of ["provider", "sdk"])
    cpSync(join(root, "dist", part), join(target, "dist", part), { recursive: true });
  install(target);
  for (const name of launchers) writeLauncher(join(root, "plugin", name), join(stage, name));
}

/** The checkout's launcher, which finds the compiled plugin one folder further down. */
function writeLauncher(checkoutLauncher: string, launcher: string): void {
  const text = readFileSync(checkoutLauncher, "utf8").replace(/\.\.([/\\])dist/, "package$1dist");
  writeFileSync(launcher, text, { mode: 0o755 });
}

/** The package's own manifest, with its peer @pulumi/pulumi, whose protocol the plugin speaks, as a dependency. */
function manifestToRun(root: string): object {
  const { peerDependencies, devDependencies, ...manifest } = manifestSchema.parse(read(root));
  const peers = Object.keys(peerDependencies).map((name) => [name, devDependencies[name]] as const);
  return { ...manifest, dependencies: { ...manifest.dependencies, ...Object.fromEntries(peers) } };
}

function read(root: string): unknown {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/** Exactly what the lock file says. */
function install(target: string): void {
  const args = ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", args, {
    cwd: target,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
}

runCommand(() => main(resolve("."), resolve(process.argv[2] ?? join("dist", "release"))));
