import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VixError } from "../guest-agent";
import { VIX } from "../vix";
import { runWineTool } from "./wine-tool";

let installed: boolean | undefined;
let template: Promise<string> | undefined;

/** Whether programs of Windows guests can run on this machine. */
export function hasWine(): boolean {
  installed ??= spawnSync("wine", ["--version"], { stdio: "ignore" }).status === 0;
  return installed;
}

/** What Windows guests cannot do on this machine, one sentence each, for people. */
export function windowsLimits(): string[] {
  const common = [
    "accounts of Windows guests have no rights of their own: everyone may do all",
    "programs of Windows guests are ordinary processes of this machine, started by Wine: they outlive a simulator that is killed with SIGKILL, and pids are the machine's",
    "Wine itself sets PATH, TEMP and the user's variables of programs whose command line has no quotes",
  ];
  return hasWine() ? common : ["programs in Windows guests cannot start: install Wine (Debian package `wine`)"];
}

/** Environment in which Wine runs without a desktop. */
export function wineEnvironment(prefix: string): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=;winemenubuilder.exe=d",
    DISPLAY: "",
    LC_ALL: "C.UTF-8",
  };
}

/**
 * The one Wine prefix that all guests of this process share the system files of: made with the first program, which
 * takes some seconds, and removed with the process. VIX 3004 when Wine is missing or fails.
 */
export function wineTemplate(): Promise<string> {
  if (!hasWine()) throw new VixError(VIX.PROGRAM_NOT_STARTED, windowsLimits()[0]);
  template ??= makeTemplate();
  return template;
}

async function makeTemplate(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "vsphere-guest-wine-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const environment = wineEnvironment(directory);
  const exitCode = await runWineTool("wine", ["wineboot", "--init"], environment);
  await runWineTool("wineserver", ["--kill"], environment);
  await runWineTool("wineserver", ["--wait"], environment);
  if (exitCode === 0) return directory;
  template = undefined;
  throw new VixError(VIX.PROGRAM_NOT_STARTED, "Wine cannot make its files: `wineboot --init` failed");
}
