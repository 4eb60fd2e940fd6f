// Makes a fresh clone ready: installs dependencies if they are missing and compiles what has changed. With --clean it
// compiles everything anew, so that nothing is packed whose source has gone. Plain JavaScript, since it runs before
// anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`Node ${process.versions.node} is too old: 20.18.1 or newer is needed.`);
  process.exit(1);
}

function run(what, command, args) {
  console.error(what);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

if (!existsSync(join(root, "node_modules", ".package-lock.json"))) {
  run("Installing dependencies (npm ci) …", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
if (process.argv.includes("--clean")) rmSync(join(root, "dist"), { recursive: true, force: true });
run("Compiling …", process.execPath, [
  join(root, "node_modules", "typescript", "bin", "tsc"),
  "-p",
  "tsconfig.build.json",
]);
