import { GuestError } from "../errors/guest-error";
import type { ContentSource, GuestProcess, ProgramResult } from "../guest/guest";
import { given } from "../values/given";
import type { Access } from "./access";
import { unlimited, type WorkOptions } from "./work";

const defaultOutputLimitBytes = 16 * 1024 * 1024;

/** A program with its arguments, each passed on as it is, or a script's text. */
export type Command =
  | { readonly program: string; readonly arguments?: readonly string[] }
  /** Default interpreter: /bin/sh, in Windows guests cmd. `powershell` and any other program will do. */
  | { readonly script: string; readonly interpreter?: string };

export interface RunOptions extends WorkOptions {
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** `replace`: the program has these variables and no others. Default `merge`. */
  readonly environmentMode?: "merge" | "replace";
  readonly stdin?: string | Uint8Array | ContentSource;
  /** Command, environment and stdin are secret: they travel as files of the login's own, not in a command line. */
  readonly secret?: boolean;
  /** What is kept of each of stdout and stderr in the result. Default 16 MiB. */
  readonly outputLimitBytes?: number;
  /** Hears what the program writes while it runs. */
  readonly onOutput?: (stream: "stdout" | "stderr", bytes: Buffer) => void;
}

/** A part of what a program has written. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Buffer;
}

/** Programs and processes of one guest. */
export class LibraryPrograms {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Runs a program to its end; what exit code it has is the caller's business. A signal or the time limit ends the
   * program in the guest with its children.
   *
   * ```ts
   * const { exitCode, stdout } = await vm.programs.run({ program: "/usr/bin/uname", arguments: ["-r"] });
   * ```
   */
  run(command: Command, options: RunOptions = {}): Promise<ProgramResult> {
    const { secret = false, onOutput, stdin, environment, workingDirectory, timeoutSeconds } = options;
    const name = "program" in command ? command.program : "the script";
    return this.#access.inGuest(`Running ${name}`, unlimited(options), ({ programs }, op) =>
      programs.run(
        {
          command: "program" in command ? { arguments: [], ...command } : command,
          environmentMode: options.environmentMode ?? "merge",
          outputLimitBytes: options.outputLimitBytes ?? defaultOutputLimitBytes,
          secret: { script: secret, environment: secret, stdin: secret },
          ...given({ onOutput, stdin, environment, workingDirectory, timeoutSeconds }),
        },
        op,
      ),
    );
  }

  /**
   * Runs a program and gives what it writes as it comes; the generator's result is that of the run. Leaving the loop ends
   * the program.
   */
  async *output(command: Command, options: RunOptions = {}): AsyncGenerator<OutputChunk, ProgramResult, undefined> {
    const left = new AbortController();
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    const chunks: OutputChunk[] = [];
    let wake = () => {};
    const onOutput = (stream: OutputChunk["stream"], bytes: Buffer) => {
      chunks.push({ stream, bytes });
      wake();
    };
    let isOver = false;
    const run = this.run(command, { ...options, signal, onOutput }).finally(() => {
      isOver = true;
      wake();
    });
    run.catch(() => {});
    try {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (isOver) return await run;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      left.abort();
      await run.catch(() => {});
    }
  }

  /** The processes of the guest. */
  list(options: WorkOptions = {}): Promise<GuestProcess[]> {
    return this.#access.inGuest("Listing the processes", options, (guest, op) => guest.processes(op));
  }

  /** Ends a process. PROCESS_NOT_FOUND where there is none. */
  terminate(pid: number, options: WorkOptions = {}): Promise<void> {
    if (!Number.isInteger(pid) || pid === 0)
      return Promise.reject(new GuestError("INVALID_INPUT", `${pid} is no process id.`));
    return this.#access.call(`Ending process ${pid}`, options, (calls, op) => calls.terminateProcessInGuest(pid, op));
  }

  /** Environment variables of the login in the guest; without names all. Those that are not set are left out. */
  environment(names: readonly string[] = [], options: WorkOptions = {}): Promise<ReadonlyMap<string, string>> {
    return this.#access.inGuest("Reading the environment", options, (guest, op) => guest.environment(names, op));
  }
}
