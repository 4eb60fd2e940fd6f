import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { VixError, type GuestUser } from "../../guest-agent";
import { markedPids, processMarker } from "../../marked-processes";
import { vixErrors } from "../../vix";
import type { GuestSystem } from "../guest-system";
import { canSwitchUsers, runAs } from "../run-as";
import { mapGuestPaths } from "./path-mapping";
import { readProcesses } from "./proc-reader";
import type { ProcessSnapshot, ProgramRunner, ProgramStart, ProgramWatch, SignalResult } from "./program-runner";

/**
 * Runs a guest's programs as ordinary processes of the machine, with absolute guest paths in their command line,
 * environment and working directory rewritten to where the guest's root lies. For machines that allow no namespaces.
 * An extra environment variable marks the guest's processes, so that they are found again at the end.
 */
export class MappedRunner implements ProgramRunner {
  readonly #children = new Set<ChildProcess>();
  readonly #system: GuestSystem;

  constructor(system: GuestSystem) {
    this.#system = system;
  }

  async start(program: ProgramStart, onStart: ProgramWatch): Promise<number> {
    const { root } = this.#system.options;
    const environment = Object.fromEntries(program.environment.map((entry) => splitEntry(mapGuestPaths(entry, root))));
    const [name = program.file, ...args] = program.argv.map((argument) => mapGuestPaths(argument, root));
    const child = spawn(program.file, args, {
      argv0: name,
      cwd: this.#workingDirectory(program),
      env: { ...environment, [processMarker]: root },
      stdio: ["ignore", "ignore", "ignore"],
      detached: true,
      ...(canSwitchUsers() && { uid: program.user.uid, gid: program.user.gid }),
    });
    child.unref();
    this.#children.add(child);
    return await new Promise((resolve, reject) => {
      child.on("spawn", () => {
        const pid = child.pid ?? 0;
        const onExit = onStart(pid);
        child.on("exit", (code) => {
          this.#children.delete(child);
          onExit(code ?? 0);
        });
        resolve(pid);
      });
      child.on("error", (error) => reject(new VixError(vixErrors.PROGRAM_NOT_STARTED, error.message)));
    });
  }

  async signal(user: GuestUser, pid: number, signal: "SIGTERM" | "SIGKILL"): Promise<SignalResult> {
    const targets = this.processes().filter((target) => target.pid === pid || target.processGroup === -pid);
    const allowed = targets.filter(({ ownerId }) => user.uid === 0 || !canSwitchUsers() || ownerId === user.uid);
    for (const target of allowed) killQuietly(target.pid, signal);
    if (targets.length === 0) return "ESRCH";
    return allowed.length === 0 ? "EPERM" : "ok";
  }

  hasEnded(): boolean {
    return false;
  }

  processes(pids?: readonly number[]): ProcessSnapshot[] {
    const own = this.#markedPids();
    const wanted = pids === undefined ? own : pids.filter((pid) => own.includes(pid));
    return existsSync("/proc/self/stat") ? readProcesses("/proc", wanted) : [];
  }

  async shutdown(): Promise<void> {
    for (let pids = this.#markedPids(); pids.length > 0; pids = this.#markedPids()) {
      for (const pid of pids) killQuietly(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #workingDirectory(program: ProgramStart): string {
    const { tree, options } = this.#system;
    const { root } = options;
    try {
      const { hostPath } = runAs(program.user, () =>
        tree.locate(`${program.workingDirectory}/.`, { followLast: true }),
      );
      return realpathSync(hostPath);
    } catch {
      return root;
    }
  }

  /** Pids whose environment carries the guest's mark; without /proc the direct children. */
  #markedPids(): number[] {
    const direct = [...this.#children].flatMap(({ pid, exitCode }) =>
      pid !== undefined && exitCode === null ? [pid] : [],
    );
    if (!existsSync("/proc/self/environ")) return direct;
    return markedPids(`${this.#system.options.root}\0`);
  }
}

function splitEntry(entry: string): [string, string] {
  const equals = entry.indexOf("=");
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
