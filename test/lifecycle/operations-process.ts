import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { environment, ownHome, ProviderProcess } from "./provider-process";

const script = join(__dirname, "operations-in-turn.cjs");

/** In the long form of the tests each operation has a process of its own, as with the engine. */
const isShared = process.env.OPERATIONS !== "processes";

/** A running process, until it has ended: the exit code, or the signal's name. */
interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly exit: Promise<number | string>;
}

/**
 * The process of a provider's operations, one after the other. Most of an operation's time is Node's start and the
 * loading of libraries (docs/decisions/tests-share-operations.md). One that has ended is followed by another.
 */
export class OperationsProcess {
  readonly #main: string;
  readonly #cwd: string;
  #running: Running | undefined;

  /** `main`: the provider's main module, which prints its port. */
  constructor(main: string, cwd: string) {
    this.#main = main;
    this.#cwd = cwd;
  }

  /** Begins an operation; the one before must have ended. `args`: the provider's arguments. */
  async begin(args: readonly string[]): Promise<ProviderProcess> {
    if (!isShared) return ProviderProcess.start(process.execPath, [this.#main, ...args], this.#cwd);
    const { child, lines, exit } = (this.#running ??= this.#started());
    const home = ownHome();
    void exit.then(() => rmSync(home, { recursive: true, force: true }));
    let said = "";
    const hear = (chunk: Buffer | string) => (said += String(chunk));
    child.stderr?.on("data", hear);
    child.send({ verb: "begin", args, home });
    const first = await Promise.race([once(lines, "line"), exit]);
    child.stderr?.off("data", hear);
    if (!Array.isArray(first)) throw new Error(`the provider did not begin: ${said}`);

    const operation: ProviderProcess = new ProviderProcess(child, Number(first[0]), said, async () => {
      const ended = once(child, "message");
      if (child.connected) child.send({ verb: "end" });
      const answer = await Promise.race([ended, exit]);
      // What it has printed is in the pipe, but may be read later, in the same turn.
      await new Promise(setImmediate);
      lines.off("line", hearLine);
      child.stderr?.off("data", hearChunk);
      rmSync(home, { recursive: true, force: true });
      return Array.isArray(answer) ? (answer as [{ ended: number | string }])[0].ended : answer;
    });
    const hearLine = (line: string) => (operation.said += `${line}\n`);
    const hearChunk = (chunk: Buffer) => (operation.said += chunk.toString());
    lines.on("line", hearLine);
    child.stderr?.on("data", hearChunk);
    return operation;
  }

  /** Ends the process itself; no operation may be under way. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running?.child.connected) running.child.disconnect();
    await running?.exit;
  }

  #started(): Running {
    const child = fork(script, [this.#main], { cwd: this.#cwd, silent: true, env: environment(), execArgv: [] });
    if (child.stdout === null) throw new Error("the process has no output");
    const exit = once(child, "exit").then(([code, signal]: (number | string | null)[]) => {
      this.#running = undefined;
      return code ?? signal ?? "";
    });
    return { child, lines: createInterface({ input: child.stdout }), exit };
  }
}
