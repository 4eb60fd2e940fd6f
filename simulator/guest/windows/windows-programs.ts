import { setTimeout as sleep } from "node:timers/promises";
import { VixError, type AgentProcessInfo, type AgentProgramSpec, type GuestUser } from "../guest-agent";
import { readProcesses } from "../linux/programs/proc-reader";
import { StartedPrograms } from "../started-programs";
import { ErrnoError, errnoOf, vixErrors } from "../vix";
import type { Drive } from "./drive";
import { windowsEnvironment } from "./environment";
import { killQuietly, WineRunner } from "./wine-runner";

const killPeriodMs = 15_000;

/** Processes that every Windows has. */
const systemProcesses = ["System", "smss.exe", "csrss.exe", "services.exe", "lsass.exe", "vmtoolsd.exe"].map(
  (name, index) => ({ name, cmdLine: name, pid: 4 + index * 100, owner: "NT AUTHORITY\\SYSTEM" }),
);

/** The processes of a Windows guest: what Wine runs, and the usual ones of the system. */
export class WindowsPrograms {
  readonly #started: StartedPrograms;
  readonly #bootedAt: Date;
  #runner: Promise<WineRunner> | undefined;
  #activeRunner: WineRunner | undefined;
  readonly #root: string;
  readonly #drive: Drive;
  readonly #now: () => number;

  constructor(root: string, drive: Drive, now: () => number) {
    this.#root = root;
    this.#drive = drive;
    this.#now = now;
    this.#started = new StartedPrograms(now);
    this.#bootedAt = new Date(Math.floor(now() / 1000) * 1000);
  }

  async start(user: GuestUser, spec: AgentProgramSpec): Promise<number> {
    const program = this.#drive.get(spec.programPath.replace(/^"(.*)"$/, "$1"));
    if (program.stats.isDirectory()) throw new ErrnoError("EACCES");
    const directory = spec.workingDirectory || "C:\\Windows\\System32";
    this.#locateDirectory(directory);
    const runner = await this.#getRunner();
    // Only now, since Wine's files have come into the drive.
    const workingDirectory = this.#locateDirectory(directory);
    const name = spec.programPath.split(/[\\/]/).pop()?.replace(/"$/, "") ?? "";
    const cmdLine = `"${spec.programPath}" ${spec.arguments}`;
    const add = (pid: number) => this.#started.add({ pid, name, cmdLine, owner: user.name });
    const killed = /^taskkill(\.exe)?$/i.test(name) ? /\/pid\s+(\d+)/i.exec(spec.arguments)?.[1] : undefined;
    if (killed !== undefined) return this.#standInForTaskkill(Number(killed), add);
    const environment = spec.envVariables.length > 0 ? spec.envVariables : windowsEnvironment(user);
    const { programPath, arguments: args } = spec;
    return runner.start({ programPath, arguments: args, environment, workingDirectory }, add);
  }

  list(pids: readonly number[]): AgentProcessInfo[] {
    const started = this.#started.list();
    const known = new Set(started.map(({ pid }) => pid));
    const system = systemProcesses.map((process) => ({ ...process, startTime: this.#bootedAt }));
    const all = [...started, ...system, ...this.#wineProcesses().filter(({ pid }) => !known.has(pid))];
    if (pids.length === 0) return all;
    return pids.map((pid) => all.find((process) => process.pid === pid)).filter((process) => process !== undefined);
  }

  /** Only the one process, as TerminateProcess of Windows: for a started program all that stands for it in Wine. */
  async terminate(pid: number): Promise<void> {
    if (systemProcesses.some((process) => process.pid === pid)) throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
    if (this.#started.hasEnded(pid) || this.#activeRunner?.pids().includes(pid) !== true) {
      throw new VixError(vixErrors.NO_SUCH_PROCESS);
    }
    this.#activeRunner.kill(pid);
    for (const deadline = Date.now() + killPeriodMs; this.#activeRunner.pids().includes(pid); await sleep(20)) {
      if (Date.now() > deadline) throw new VixError(vixErrors.FAIL);
    }
  }

  forgetStarted(): void {
    this.#started.forgetAll();
  }

  async shutdown(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    this.#activeRunner = undefined;
    this.#started.forgetAll();
    await runner?.then(
      (active) => active.shutdown(),
      () => undefined,
    );
  }

  /** Wine's taskkill knows Wine's pids; ours are the machine's. */
  #standInForTaskkill(pid: number, add: (pid: number) => (exitCode: number) => void): number {
    const tree = this.#activeRunner?.treeOf(pid) ?? [];
    for (const target of tree) killQuietly(target);
    const ownPid = 90_000_000 + Math.floor(Math.random() * 1_000_000);
    add(ownPid)(tree.length > 0 ? 0 : 128);
    return ownPid;
  }

  #locateDirectory(path: string): string {
    try {
      const { hostPath, stats } = this.#drive.get(path);
      if (stats.isDirectory()) return hostPath;
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
    throw new VixError(vixErrors.NOT_A_DIRECTORY);
  }

  #wineProcesses(): AgentProcessInfo[] {
    const pids = this.#activeRunner?.pids() ?? [];
    if (pids.length === 0) return [];
    const offsetMs = this.#now() - Date.now();
    return readProcesses("/proc", pids).map(({ pid, name, cmdLine, startedAtMs }) => ({
      pid,
      name: name.split("\\").pop() ?? name,
      cmdLine,
      owner: "SYSTEM",
      startTime: new Date(Math.floor((startedAtMs + offsetMs) / 1000) * 1000),
    }));
  }

  #getRunner(): Promise<WineRunner> {
    this.#runner ??= WineRunner.create(this.#root, (directory) => this.#drive.share(directory)).then(
      (runner) => (this.#activeRunner = runner),
      (error: unknown) => {
        this.#runner = undefined;
        throw error;
      },
    );
    return this.#runner;
  }
}
