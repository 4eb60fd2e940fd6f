import { GuestError } from "../../../errors/guest-error";
import type { ContentSource, ProgramSpec } from "../../guest";
import type { GuestCalls } from "../../calls/guest-calls";
import type { Operation } from "../../../operation/operation";
import { commandWords, shell } from "./command";
import { wrapperBeginning, wrapperExitCodes, wrapperScript } from "./wrapper-script";
import { type ShellText, quoteAllForShell, quoteForShell } from "../../paths/quoting-posix";
import { type RunInput, inputsByFile, isCarriable, requireVariableNames } from "../inputs";
import type { EndedRun, GuestEnvironment, RunEnding, RunFile, RunPlan, Runner } from "../plan";
import { given } from "../../../values/given";
import { endMarked } from "./end-marked";
import { shortKey, thisDeploy } from "../key";
import { type RunPlace } from "../rooms/rooms";
import { posixRoomPath } from "../../paths/temporary-places";

/**
 * Stands for "no variables": an empty list would mean the agent's own environment
 * (docs/reference/guest-operations.md#environment).
 */
const nothingButPath = ["PATH=/usr/bin:/bin"];

/** Runs programs through /bin/sh and the wrapper of docs/reference/runs.md. */
export class PosixRunner implements Runner {
  readonly #deploy: string;

  constructor(deploy: string = thisDeploy) {
    this.#deploy = deploy;
  }

  async prepare(): Promise<void> {
    // Nothing has to be known of a POSIX guest beforehand.
  }

  roomPath(id: string): string {
    return posixRoomPath(id);
  }

  async plan(place: RunPlace, spec: ProgramSpec, environment: GuestEnvironment): Promise<RunPlan> {
    requireAbsolute(spec.workingDirectory);
    requireVariableNames(Object.keys(spec.environment ?? {}));
    return new PosixPlan(place, spec, await environmentOf(spec, environment), this.#deploy).make();
  }

  outputName({ runId }: RunPlace, stream: "out" | "err"): string {
    return `${runId}.${stream}`;
  }

  /**
   * The whole process group at once (docs/reference/guest-operations.md#processes), of a run that has not told of one
   * yet, the wrapper; then whatever is not in the group (any more).
   */
  async end(calls: GuestCalls, { report, startPid, place }: EndedRun, op: Operation): Promise<RunEnding> {
    const { leaderPid, grouped = true } = report ?? {};
    const pid = leaderPid === undefined || !grouped ? (leaderPid ?? startPid) : -leaderPid;
    if (pid === undefined) return { willTell: false };
    await calls.terminateProcessInGuest(pid, op);
    return { willTell: leaderPid !== undefined, ...given({ mayLiveOn: await endMarked(calls, place, op) }) };
  }

  isWrapper(commandLine: string): boolean {
    return commandLine.includes(wrapperBeginning);
  }

  explainWrapperExit(exitCode: number | undefined): string {
    return wrapperExitCodes[exitCode ?? -1] ?? "the shell that ran it is gone (killed, or the guest was restarted)";
  }

  /** The path is a parameter: no name in it is ever read as a part of the command. */
  validation(command: string, path: string): ProgramSpec["command"] {
    return { program: shell, arguments: ["-c", command.replaceAll("{path}", '"$1"'), "sh", path] };
  }
}

/** The program's variables: `variables` over a base. Over the agent's own environment they can only come by file. */
interface PosixEnvironment {
  readonly base: "agent" | "nothing";
  readonly variables: ReadonlyMap<string, string>;
  readonly mustTravelAsFile: boolean;
}

/** Merging needs the guest's own variables, except for secrets: those travel by file, and the guest merges. */
async function environmentOf(spec: ProgramSpec, guestEnvironment: GuestEnvironment): Promise<PosixEnvironment> {
  const variables = new Map(Object.entries(spec.environment ?? {}));
  if (spec.environmentMode === "replace") {
    return { base: "nothing", variables, mustTravelAsFile: spec.secret.environment };
  }
  const isMergedHere = variables.size > 0 && !spec.secret.environment;
  const own = isMergedHere ? await guestEnvironment() : undefined;
  return own === undefined
    ? { base: "agent", variables, mustTravelAsFile: true }
    : { base: "nothing", variables: new Map([...own, ...variables]), mustTravelAsFile: false };
}

/** One run's plan in the making. */
class PosixPlan {
  readonly #words: readonly string[];
  readonly #stdin: Buffer | undefined;
  readonly #openedStdin: ContentSource | undefined;
  readonly #place: RunPlace;
  readonly #spec: ProgramSpec;
  readonly #environment: PosixEnvironment;
  readonly #deploy: string;

  constructor(place: RunPlace, spec: ProgramSpec, environment: PosixEnvironment, deploy: string) {
    this.#place = place;
    this.#spec = spec;
    this.#environment = environment;
    this.#deploy = deploy;
    this.#words = commandWords(spec.command, `${place.room.path}/${place.runId}.script`);
    const { stdin } = spec;
    if (typeof stdin === "object" && "open" in stdin) this.#openedStdin = stdin;
    else if (stdin !== undefined) this.#stdin = Buffer.from(stdin as string);
  }

  make(): RunPlan {
    const byFile = inputsByFile(this.#inputs());
    const script = this.#scriptText();
    const stdinText = this.#stdin?.toString("utf8");
    const setup = this.#setupText(byFile);
    const { runKey } = this.#spec;
    const key = runKey === undefined ? [] : [shortKey(runKey), this.#deploy];
    const carriedTexts = [
      ...(script !== undefined && !byFile.has("script") ? [{ flag: "s", text: script }] : []),
      ...(stdinText !== undefined && !byFile.has("stdin") ? [{ flag: "i", text: stdinText }] : []),
    ];
    const files = [
      ...(script !== undefined && byFile.has("script") ? [this.#file("script", Buffer.from(script))] : []),
      ...(this.#stdin !== undefined && byFile.has("stdin") ? [this.#file("stdin", this.#stdin)] : []),
      ...(this.#openedStdin === undefined ? [] : [this.#file("stdin", this.#openedStdin)]),
      ...(setup === "" ? [] : [this.#file("setup", Buffer.from(setup))]),
    ];
    const flags = [
      ...(key.length > 0 ? ["k"] : []),
      ...carriedTexts.map(({ flag }) => flag),
      ...(files.length > 0 ? ["f"] : []),
      ...(this.#isWithoutPath() ? ["u"] : []),
    ];
    const { room, runId } = this.#place;
    const parameters = [room.path, runId, this.#spec.workingDirectory ?? "", flags.join("")];
    const texts = carriedTexts.map(({ text }) => text);
    const words = byFile.has("arguments") ? [] : this.#words;
    return {
      start: {
        programPath: shell,
        arguments: quoteAllForShell(["-c", wrapperScript, "sh", ...parameters, ...key, ...texts, ...words]),
        ...this.#startEnvironment(byFile),
      },
      files,
    };
  }

  #inputs(): RunInput[] {
    const { secret } = this.#spec;
    const script = this.#scriptText();
    const words = quoteAllForShell(this.#words);
    const inputs: RunInput[] = [
      {
        name: "arguments",
        bytes: Buffer.byteLength(words),
        mustTravelAsFile: (script === undefined && secret.script) || !isCarriable(words),
      },
    ];
    if (script !== undefined) {
      inputs.push(textInput("script", script, secret.script));
    }
    if (this.#stdin !== undefined) {
      const text = this.#stdin.toString("utf8");
      const isText = Buffer.from(text).equals(this.#stdin) && !text.includes("\0");
      inputs.push(textInput("stdin", text, secret.stdin || !isText));
    }
    inputs.push(textInput("environment", this.#variables().join("\n"), this.#environment.mustTravelAsFile));
    return inputs;
  }

  #scriptText(): string | undefined {
    return "script" in this.#spec.command ? this.#spec.command.script : undefined;
  }

  /** Text for the leader to read: variables to export, and the program's words where they do not go in the request. */
  #setupText(byFile: ReadonlySet<RunInput["name"]>): string {
    const lines: string[] = [];
    if (byFile.has("environment")) {
      for (const [name, value] of this.#environment.variables) {
        // The guest's own variables may have names that no shell can set; they are left out.
        if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) lines.push(`export ${name}=${quoteForShell(value)}`);
      }
    }
    if (byFile.has("arguments")) lines.push(`set -- ${quoteAllForShell(this.#words)}`);
    return lines.map((line) => `${line}\n`).join("");
  }

  #startEnvironment(byFile: ReadonlySet<RunInput["name"]>): { envVariables?: readonly string[] } {
    if (this.#environment.base === "agent") return {};
    const isCarried = !byFile.has("environment") && this.#environment.variables.size > 0;
    return { envVariables: isCarried ? this.#variables() : nothingButPath };
  }

  #variables(): string[] {
    return [...this.#environment.variables].map(([name, value]) => `${name}=${value}`);
  }

  /** The wrapper is given a PATH that the program is not to have; the setup file may give it one. */
  #isWithoutPath(): boolean {
    return this.#environment.base === "nothing" && !this.#environment.variables.has("PATH");
  }

  #file(name: string, bytes: RunFile["bytes"]): RunFile {
    return { name: `${this.#place.runId}.${name}`, bytes };
  }
}

function textInput(name: RunInput["name"], text: string, mustTravelAsFile: boolean): RunInput {
  const bytes = Buffer.byteLength(quoteOrEmpty(text));
  return { name, bytes, mustTravelAsFile: mustTravelAsFile || !isCarriable(text) };
}

function quoteOrEmpty(text: string): ShellText | "" {
  return text.includes("\0") ? "" : quoteForShell(text);
}

function requireAbsolute(directory: string | undefined): void {
  if (directory === undefined || directory.startsWith("/")) return;
  throw new GuestError("INVALID_INPUT", `workingDirectory ${directory}: is not absolute. Let it begin with /.`);
}
