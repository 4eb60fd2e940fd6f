import { exec, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { GuestError } from "../errors/guest-error";
import { printableName } from "../values/printable";

const timeoutMs = 60_000;
const longestAnswerBytes = 1024 * 1024;

/** What a command of this machine's shell prints. INVALID_INPUT with its first complaint; never with what it printed. */
export function outputOf(setting: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, maxBuffer: longestAnswerBytes, windowsHide: true };
    const child = exec(command, limits, (error, stdout, stderr) => {
      if (error === null && stdout.trim() !== "") return resolve(stdout.trim());
      const why = error === null ? "printed nothing" : ended(error.code, error.signal);
      reject(failed(setting, `${why}${complaint(stderr)}`));
    });
    child.stdin?.end();
  });
}

/**
 * A command that answers line by line: each line to it is a challenge of the other side, in base64, each line of its output
 * what to answer; its first one comes unasked.
 */
export class TokenDialogue {
  readonly #setting: string;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string, undefined>;

  constructor(setting: string, command: string) {
    this.#setting = setting;
    this.#child = spawn(command, { shell: true, stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    this.#child.on("error", () => {});
    this.#child.stdin?.on("error", () => {});
    if (this.#child.stdout === null) throw failed(setting, "has no output");
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async next(challenge?: string): Promise<string> {
    if (challenge !== undefined) this.#child.stdin?.write(`${challenge}\n`);
    const limit = AbortSignal.timeout(timeoutMs);
    const tooLate = once(limit, "abort").then((): IteratorResult<string, undefined> => ({
      done: true,
      value: undefined,
    }));
    const answer: IteratorResult<string, undefined> = await Promise.race([this.#answers.next(), tooLate]);
    if (answer.done !== true && /^[A-Za-z0-9+/]+=*$/.test(answer.value)) return answer.value;
    throw failed(this.#setting, answer.done === true ? "gave no answer" : "answered what is no base64");
  }

  end(): void {
    this.#lines.close();
    this.#child.stdin?.end();
    this.#child.kill();
  }
}

function failed(setting: string, why: string): GuestError {
  return new GuestError("INVALID_INPUT", `The command of ${setting} ${why}. Try it in a shell of this machine.`);
}

function ended(code: number | string | null | undefined, signal: NodeJS.Signals | null | undefined): string {
  return signal === null || signal === undefined ? `ended with ${code ?? "an error"}` : `was ended by ${signal}`;
}

function complaint(stderr: string): string {
  const [line = ""] = stderr.trim().split("\n");
  return line === "" ? "" : `: ${printableName(line.slice(0, 200))}`;
}
