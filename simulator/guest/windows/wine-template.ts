import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VixError } from "../guest-agent";
import { vixErrors } from "../vix";
import { runWineTool } from "./wine-tool";

/** Names a directory that keeps Wine's files from one process to the next; the first one makes it. */
export const keptWineFilesVariable = "VSPHERE_GUEST_WINE_FILES";

let installed: boolean | undefined;
let template: Promise<string> | undefined;
let users = 0;

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
 * Takes part in the one Wine prefix whose system files all guests of this process share: made for the first, which
 * takes some seconds. Everyone who got it has to release it. VIX 3004 when Wine is missing or fails.
 */
export async function acquireWineTemplate(): Promise<string> {
  if (!hasWine()) throw new VixError(vixErrors.PROGRAM_NOT_STARTED, windowsLimits()[0]);
  users++;
  try {
    return await (template ??= makeTemplate());
  } catch (error) {
    await releaseWineTemplate();
    throw error;
  }
}

/** The last one takes the files away, unless they are kept. */
export async function releaseWineTemplate(): Promise<void> {
  if (--users > 0) return;
  const directory = await template?.catch(() => undefined);
  template = undefined;
  if (directory !== undefined && directory !== keptFiles())
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

function keptFiles(): string | undefined {
  return process.env[keptWineFilesVariable];
}

async function makeTemplate(): Promise<string> {
  const kept = keptFiles();
  if (kept !== undefined && existsSync(kept)) return kept;
  const directory = await newWineFiles();
  if (kept === undefined) return directory;
  try {
    await rename(directory, kept);
  } catch {
    // Another process has been quicker.
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
  return kept;
}

async function newWineFiles(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "vsphere-guest-wine-"));
  const environment = wineEnvironment(directory);
  const exitCode = await runWineTool("wine", ["wineboot", "--init"], environment);
  await runWineTool("wineserver", ["--kill"], environment);
  await runWineTool("wineserver", ["--wait"], environment);
  if (exitCode === 0) return directory;
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  throw new VixError(vixErrors.PROGRAM_NOT_STARTED, "Wine cannot make its files: `wineboot --init` failed");
}
