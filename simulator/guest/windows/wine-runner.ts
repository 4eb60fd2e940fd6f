import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VixError } from "../guest-agent";
import type { ProgramWatch } from "../linux/programs/program-runner";
import { markedPids, processMarker } from "../marked-processes";
import { vixErrors } from "../vix";
import { placeSystemPrograms } from "./windows-layout";
import { wineCommand } from "./wine-command";
import { acquireWineTemplate, releaseWineTemplate, wineEnvironment } from "./wine-template";
import { keepWineServices, runWineTool } from "./wine-tool";

/** What Windows gives for a process that was ended from outside. */
const killedExitCode = 1;

export interface WindowsProgram {
  readonly programPath: string;
  readonly arguments: string;
  readonly environment: readonly string[];
  /** On the machine. */
  readonly workingDirectory: string;
}

/** Runs the programs of one Windows guest with Wine: a prefix of its own, whose drive C: is the guest's directory. */
export class WineRunner {
  #runs = 0;
  /** Runs whose pid is that of a cmd.exe in between. */
  readonly #standIns = new Set<number>();
  readonly #root: string;
  readonly #prefix: string;

  private constructor(root: string, prefix: string) {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** Links Wine's system files into the drive. `share` is told where they are. */
  static async create(root: string, share: (directory: string) => void): Promise<WineRunner> {
    const template = await acquireWineTemplate();
    const prefix = mkdtempSync(join(tmpdir(), "vsphere-guest-wine-"));
    for (const name of ["system.reg", "user.reg", "userdef.reg", ".update-timestamp"]) {
      if (existsSync(join(template, name))) copyFileSync(join(template, name), join(prefix, name));
    }
    mkdirSync(join(prefix, "dosdevices"));
    symlinkSync(root, join(prefix, "dosdevices", "c:"));
    const system = join(template, "drive_c", "windows");
    share(system);
    linkSystemFiles(system, join(root, "Windows"));
    await keepWineServices(wineEnvironment(prefix));
    return new WineRunner(root, prefix);
  }

  /** Resolves with the pid of the machine; `onStart` hears of it first and tells whom to call at the end. */
  async start(program: WindowsProgram, onStart: ProgramWatch): Promise<number> {
    const id = `${++this.#runs}`;
    const folder = join(this.#prefix, "dosdevices", "c:", "ProgramData");
    const exitCodeFile = join(folder, `run-${id}.rc`);
    const batchFile = join(folder, `run-${id}.cmd`);
    const { programPath, arguments: args, environment } = program;
    const command = wineCommand(programPath, args, environment, `C:\\ProgramData\\run-${id}.rc`);
    if (command.kind === "batch") writeFileSync(batchFile, command.text);
    const words = command.kind === "words" ? command.words : ["cmd", "/d", "/c", `C:\\ProgramData\\run-${id}.cmd`];
    const child = spawn("wine", words, {
      cwd: program.workingDirectory,
      env: {
        ...environmentObject(environment),
        ...wineEnvironment(this.#prefix),
        [processMarker]: `${this.#root}#${id}`,
      },
      stdio: "ignore",
      detached: true,
    });
    child.unref();
    return await new Promise((resolve, reject) => {
      child.on("error", (error) => reject(new VixError(vixErrors.PROGRAM_NOT_STARTED, error.message)));
      child.on("spawn", () => {
        const pid = child.pid ?? 0;
        const onExit = onStart(pid);
        if (command.kind === "batch") this.#standIns.add(pid);
        child.on("exit", (code) => {
          this.#standIns.delete(pid);
          onExit(readExitCode(exitCodeFile) ?? code ?? killedExitCode);
          for (const file of [exitCodeFile, batchFile]) rmSync(file, { force: true });
        });
        resolve(pid);
      });
    });
  }

  /** Pids of every process of this guest. */
  pids(): number[] {
    return markedPids(`${this.#root}#`);
  }

  /** Pids of the process and of everything that was started with it. */
  treeOf(pid: number): number[] {
    const mark = markOf(pid);
    return mark === undefined ? [] : markedPids(`${mark}\0`);
  }

  /** Ends one process, as TerminateProcess does; a stand-in goes with what it stands for. */
  kill(pid: number): void {
    for (const target of this.#standIns.has(pid) ? this.treeOf(pid) : [pid]) killQuietly(target);
  }

  async shutdown(): Promise<void> {
    await runWineTool("wineserver", ["--kill"], wineEnvironment(this.#prefix));
    for (const pid of this.pids()) killQuietly(pid);
    rmSync(this.#prefix, { recursive: true, force: true, maxRetries: 3 });
    unlinkSystemFiles(join(this.#root, "Windows"));
    placeSystemPrograms(this.#root);
    await releaseWineTemplate();
  }
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** Wine's own files show in C:\Windows as links; what the guest has there itself stays. */
function linkSystemFiles(system: string, windows: string): void {
  mkdirSync(windows, { recursive: true });
  rmSync(join(windows, "System32"), { recursive: true, force: true });
  unlinkSystemFiles(windows);
  const own = new Set(readdirSync(windows).map((name) => name.toLowerCase()));
  for (const name of readdirSync(system)) {
    if (name !== "temp" && !own.has(name.toLowerCase())) symlinkSync(join(system, name), join(windows, name));
  }
}

function unlinkSystemFiles(windows: string): void {
  for (const entry of readdirSync(windows, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(windows, entry.name), { force: true });
  }
}

function environmentObject(environment: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    environment.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

function readExitCode(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8").trim();
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The mark that this process was started with. */
function markOf(pid: number): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
    return environment
      .split("\0")
      .find((entry) => entry.startsWith(`${processMarker}=`))
      ?.slice(processMarker.length + 1);
  } catch {
    return undefined;
  }
}
