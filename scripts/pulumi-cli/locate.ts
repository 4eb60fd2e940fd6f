import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pulumiCliVersion } from "./version";

const executable = process.platform === "win32" ? ".exe" : "";

/** Where this project keeps a CLI that it downloaded or built: the user's cache, so that it outlives a clone. */
export function cacheDirectory(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "pulumi-vsphere-guest", `pulumi-${pulumiCliVersion}`);
}

/** The first directory that holds `pulumi`: PATH, then the project's cache. */
export function locatePulumi(): string | undefined {
  return [...pathDirectories(), join(cacheDirectory(), "bin")].find((directory) =>
    isExecutable(join(directory, `pulumi${executable}`)),
  );
}

/** True when the nodejs language host stands beside the CLI or on PATH: without it only inline programs run. */
export function hasNodejsLanguageHost(cliDirectory: string): boolean {
  return [cliDirectory, ...pathDirectories()].some((directory) =>
    isExecutable(join(directory, `pulumi-language-nodejs${executable}`)),
  );
}

function pathDirectories(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
