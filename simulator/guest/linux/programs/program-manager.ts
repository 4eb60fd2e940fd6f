import { VixError, type AgentProcessInfo, type AgentProgramSpec, type GuestUser } from "../../guest-agent";
import { vixErrors } from "../../vix";
import type { GuestSystem } from "../guest-system";
import { programEnvironment } from "../environment";
import { runAs } from "../run-as";
import { findIsolation } from "./isolation";
import { MappedRunner } from "./mapped-runner";
import { NamespaceRunner } from "./namespace-runner";
import { checkProgram } from "./program-check";
import type { ProcessSnapshot, ProgramRunner } from "./program-runner";
import { StartedPrograms } from "../../started-programs";
import { agentPid, terminate } from "./terminate";

/** The guest's processes: what the agent started, and everything else that runs. */
export class ProgramManager {
  readonly #started: StartedPrograms;
  readonly #createdAtMs = Date.now();
  #runner: Promise<ProgramRunner> | undefined;
  #activeRunner: ProgramRunner | undefined;
  readonly #system: GuestSystem;

  constructor(system: GuestSystem) {
    this.#system = system;
    this.#started = new StartedPrograms(() => system.now());
  }

  /** StartProgramInGuest: runs `"path" arguments` by bash, or by sh where there is no bash. */
  async start(user: GuestUser, spec: AgentProgramSpec): Promise<number> {
    const { tree } = this.#system;
    runAs(user, () => checkProgram(tree, user, spec));
    const runner = await this.#getRunner();
    const cmdLine = `"${spec.programPath}" ${spec.arguments}`;
    const shell = this.#hasBash() ? "bash" : "sh";
    return runner.start(
      {
        file: `/bin/${shell}`,
        argv: [shell, "-c", cmdLine],
        environment: spec.envVariables.length > 0 ? spec.envVariables : programEnvironment(user),
        workingDirectory: spec.workingDirectory || user.home,
        user,
      },
      (pid) => this.#started.add({ pid, name: baseName(spec.programPath), cmdLine, owner: user.name }),
    );
  }

  /** ListProcessesInGuest: started programs first; with pids in the order asked, unknown ones left out. */
  list(pids: readonly number[]): AgentProcessInfo[] {
    const started = this.#started.list();
    const isStarted = new Set(started.map(({ pid }) => pid));
    const others = this.#otherProcesses(pids.length > 0 ? pids.filter((pid) => !isStarted.has(pid)) : undefined);
    const all = [...started, ...others.filter(({ pid }) => !isStarted.has(pid))];
    if (pids.length === 0) return all;
    const byPid = new Map(all.map((process) => [process.pid, process]));
    return pids.map((pid) => byPid.get(pid)).filter((process) => process !== undefined);
  }

  /** TerminateProcessInGuest; takes as long as the process takes to die, at most 20 s. */
  async terminate(user: GuestUser, pid: number): Promise<void> {
    if (this.#started.hasEnded(pid)) throw new VixError(vixErrors.NO_SUCH_PROCESS);
    await terminate({ runner: this.#activeRunner, processes: () => this.#snapshots() }, user, pid);
  }

  forgetStarted(): void {
    this.#started.forgetAll();
  }

  /** Ends every process; the next program starts afresh. */
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

  async #getRunner(): Promise<ProgramRunner> {
    if (this.#activeRunner?.hasEnded() === true) await this.shutdown();
    this.#runner ??= this.#createRunner().catch((error: unknown) => {
      this.#runner = undefined;
      throw error;
    });
    return this.#runner;
  }

  async #createRunner(): Promise<ProgramRunner> {
    const { kind } = findIsolation(this.#system.options.sandbox);
    this.#activeRunner =
      kind === "pathMapping"
        ? new MappedRunner(this.#system)
        : await NamespaceRunner.create(this.#system, kind === "namespaces" ? "privileged" : "mapped");
    return this.#activeRunner;
  }

  #otherProcesses(pids: readonly number[] | undefined): AgentProcessInfo[] {
    const clockOffsetMs = this.#system.now() - Date.now();
    return this.#snapshots(pids).map(({ name, pid, cmdLine, ownerId, startedAtMs }) => ({
      name,
      pid,
      cmdLine,
      owner: this.#system.accounts.ownerName(ownerId),
      startTime: new Date(Math.floor((startedAtMs + clockOffsetMs) / 1000) * 1000),
    }));
  }

  /** The real processes, with the few that every system has and that the simulation stands for. */
  #snapshots(pids?: readonly number[]): ProcessSnapshot[] {
    // The namespace and its init begin with the first program; the guest has run since it was booted.
    const real = (this.#activeRunner?.processes(pids) ?? []).map((process) =>
      process.pid === 1 ? { ...process, startedAtMs: this.#createdAtMs } : process,
    );
    const imagined = imaginedProcesses(this.#createdAtMs).filter(
      ({ pid }) => !real.some((process) => process.pid === pid) && (pids === undefined || pids.includes(pid)),
    );
    return [...imagined, ...real].sort((a, b) => a.pid - b.pid);
  }

  #hasBash(): boolean {
    return this.#system.tree.locate("/bin/bash", { followLast: true }).stats !== undefined;
  }
}

function imaginedProcesses(startedAtMs: number): ProcessSnapshot[] {
  const common = { parentPid: 0, ownerId: 0, startedAtMs };
  return [
    { ...common, pid: 1, processGroup: 1, name: "init", cmdLine: "/sbin/init" },
    { ...common, pid: 2, processGroup: 0, name: "kthreadd", cmdLine: "kthreadd" },
    { ...common, pid: agentPid, processGroup: agentPid, name: "vmtoolsd", cmdLine: "/usr/bin/vmtoolsd" },
  ];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
