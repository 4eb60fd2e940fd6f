import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { constants as osConstants } from "node:os";
import { VixError, type GuestUser } from "../../guest-agent";
import { vixErrors } from "../../vix";
import type { GuestSystem } from "../guest-system";
import { systemMounts } from "../shared-directories";
import { initProgram, namespaceScript } from "./init-script";
import type {
  ProcessSnapshot,
  ProgramExit,
  ProgramWatch,
  ProgramRunner,
  ProgramStart,
  SignalResult,
} from "./program-runner";
import { readProcesses } from "./proc-reader";

const toolsPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** privileged: this process is root; mapped: an unprivileged user namespace, where everyone is root. */
export type NamespaceKind = "privileged" | "mapped";

interface Waiting {
  resolve(value: number): void;
  reject(error: Error): void;
  readonly onStart?: ProgramWatch;
}

/**
 * Runs a guest's programs in a mount and pid namespace of its own, under one init that is started with the first
 * program (util-linux `unshare`, then init-script). All processes end with that init, and it ends with this process,
 * even when that is killed: its stdin closes.
 */
export class NamespaceRunner implements ProgramRunner {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number, ProgramExit>();
  #nextId = 1;
  #errorOutput = "";
  readonly #system: GuestSystem;
  readonly #kind: NamespaceKind;

  private constructor(system: GuestSystem, kind: NamespaceKind) {
    this.#system = system;
    this.#kind = kind;
    const { root } = system.options;
    const userNamespace = kind === "mapped" ? ["--user", "--map-root-user"] : [];
    const shared = systemMounts().map(({ guestPath }) => guestPath);
    this.#child = spawn(
      "unshare",
      [...userNamespace, "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--", "sh", "-c", namespaceScript]
        .concat(["init", root, kind, initProgram])
        .concat(shared),
      { env: { PATH: toolsPath, LC_ALL: "C" }, stdio: ["pipe", "pipe", "pipe"], detached: true },
    );
  }

  /** Starts the guest's init and waits until it is ready. */
  static async create(system: GuestSystem, kind: NamespaceKind): Promise<NamespaceRunner> {
    const runner = new NamespaceRunner(system, kind);
    await runner.#untilReady();
    return runner;
  }

  async start(program: ProgramStart, onStart: ProgramWatch): Promise<number> {
    const { file, argv, environment, workingDirectory, user } = program;
    const fields = [workingDirectory, file, String(argv.length), ...argv, ...environment];
    return this.#ask("start", [...this.#ids(user), ...fields], onStart);
  }

  async signal(user: GuestUser, pid: number, signal: "SIGTERM" | "SIGKILL"): Promise<SignalResult> {
    const number = String(osConstants.signals[signal]);
    const errno = await this.#ask("signal", [...this.#ids(user), String(pid), number]);
    if (errno === 0) return "ok";
    if (errno === osConstants.errno.EPERM) return "EPERM";
    return errno === osConstants.errno.ESRCH ? "ESRCH" : "EINVAL";
  }

  hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  processes(pids?: readonly number[]): ProcessSnapshot[] {
    return readProcesses(this.#system.tree.locate("/proc", { followLast: true }).hostPath, pids);
  }

  async shutdown(): Promise<void> {
    const exited = this.hasEnded() ? undefined : once(this.#child, "exit");
    this.#child.stdin?.destroy();
    const killer = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await exited;
    clearTimeout(killer);
  }

  async #untilReady(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("unshare has no pipes");
    stdin.on("error", () => undefined);
    stderr.on("data", (chunk: Buffer) => (this.#errorOutput = (this.#errorOutput + chunk.toString()).slice(-2000)));
    const lines = createInterface({ input: stdout });
    const ready = new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => (line === "ready" ? resolve() : this.#handleEvent(line)));
      this.#child.on("error", reject);
      this.#child.on("exit", () => {
        const error = new VixError(
          vixErrors.PROGRAM_NOT_STARTED,
          `the guest's init ended: ${this.#errorOutput.trim()}`,
        );
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
        this.#system.close();
        reject(error);
      });
    });
    await ready;
    if (this.#child.pid !== undefined) this.#system.enterNamespaceOf(this.#child.pid);
    this.#letProcessEnd();
  }

  /** A guest without an unanswered request does not keep the simulator's process alive. */
  #letProcessEnd(): void {
    this.#child.unref();
    const { stdin, stdout, stderr } = this.#child;
    const streams = this.#waiting.size === 0 ? [stdin, stdout, stderr] : [stdin, stderr];
    for (const stream of streams) if (stream instanceof Socket) stream.unref();
  }

  #handleEvent(line: string): void {
    const [event, first, second] = line.split(" ");
    const [subject, value] = [Number(first), Number(second)];
    if (event === "exited") {
      this.#running.get(subject)?.(value);
      this.#running.delete(subject);
      return;
    }
    const waiting = this.#waiting.get(subject);
    this.#waiting.delete(subject);
    this.#letProcessEnd();
    if (event === "started" && waiting?.onStart !== undefined) this.#running.set(value, waiting.onStart(value));
    if (event === "failed") waiting?.reject(new VixError(vixErrors.PROGRAM_NOT_STARTED, `fork failed, errno ${value}`));
    else waiting?.resolve(value);
  }

  async #ask(verb: string, fields: readonly string[], onStart?: ProgramWatch): Promise<number> {
    if (this.hasEnded()) throw new VixError(vixErrors.PROGRAM_NOT_STARTED, "the guest's init has ended");
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(onStart && { onStart }) });
      if (this.#child.stdout instanceof Socket) this.#child.stdout.ref();
      this.#child.stdin?.write(frame([verb, String(id), ...fields]));
    });
  }

  #ids(user: GuestUser): string[] {
    if (this.#kind === "mapped") return ["", "", ""];
    return [String(user.uid), String(user.gid), (user.groups ?? []).join(" ")];
  }
}

function frame(fields: readonly string[]): Buffer {
  const parts = fields.flatMap((field) => {
    const bytes = Buffer.from(field);
    return [uint32(bytes.length), bytes];
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([uint32(body.length), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
