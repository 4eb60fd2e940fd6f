import { GuestError } from "../../../errors/guest-error";
import type { ProgramSpec } from "../../guest";
import type { GuestCalls } from "../../calls/guest-calls";
import type { Operation } from "../../../operation/operation";
import { baseName } from "../../paths/path";
import { quoteAllForWindows } from "../../paths/quoting-windows";
import type { EndedRun, GuestEnvironment, RunEnding, RunFile, RunPlan, Runner } from "../plan";
import { awaitEnd } from "../awaited-process";
import { shortKey, thisDeploy } from "../key";
import { type RunPlace } from "../rooms/rooms";
import { roomPrefix } from "../../paths/temporary-places";
import { windowsVariables, type WindowsVariables } from "./environment";
import { windowsScript } from "./script";
import type { WindowsRunMark } from "./take-over";
import {
  noRoomExitCode,
  wrapperBeginning,
  wrapperBeginningOf,
  wrapperCommandLine,
  wrapperVariables,
  type WrappedRun,
} from "./wrapper-command";

/** What cmd.exe takes for one command line. */
const commandLineLimit = 8_191;

/** Runs programs through cmd.exe. Their command line comes in variables, which cmd does not read a second time. */
export class WindowsRunner implements Runner {
  #own: WindowsVariables | undefined;
  readonly #deploy: string;

  constructor(deploy: string = thisDeploy) {
    this.#deploy = deploy;
  }

  async prepare(environment: GuestEnvironment): Promise<void> {
    if (this.#own !== undefined) return;
    const variables = await environment();
    if (variables === undefined) {
      throw new GuestError("SERVER_FAULT", "The guest does not tell its environment, which running a program needs.");
    }
    this.#own = windowsVariables(variables);
  }

  roomPath(id: string): string {
    return `${this.#roomsDirectory}\\${roomPrefix}${id}`;
  }

  async plan(place: RunPlace, spec: ProgramSpec): Promise<RunPlan> {
    requireAbsolute(spec.workingDirectory);
    const script =
      "script" in spec.command ? windowsScript(spec.command, place, (name) => this.#systemProgram(name)) : undefined;
    const words = "program" in spec.command ? [spec.command.program, ...spec.command.arguments] : [];
    const program = script?.program ?? words[0] ?? "";
    const commandLine = script?.commandLine ?? quoteAllForWindows(words.slice(1));
    requireShort(program, commandLine);
    const stdin = spec.stdin === undefined ? [] : [file(place, "stdin", Buffer.from(spec.stdin as string))];
    const run: WrappedRun = {
      roomsDirectory: this.#roomsDirectory,
      roomName: roomNameOf(place),
      runId: place.runId,
      program,
      commandLine,
      hasStdin: stdin.length > 0,
      ...(spec.runKey === undefined ? {} : { mark: this.#markOf(spec.runKey) }),
      systemProgram: (name) => this.#systemProgram(name),
    };
    const given = windowsVariables(new Map(Object.entries(spec.environment ?? {})));
    const base = spec.environmentMode === "replace" ? [] : [...(this.#own ?? [])];
    const merged = new Map([...base, ...given, ...windowsVariables(wrapperVariables(run))]);
    return {
      start: {
        programPath: this.#systemProgram("cmd.exe"),
        arguments: wrapperCommandLine(run),
        workingDirectory: spec.workingDirectory ?? this.#ownOr("USERPROFILE", "C:\\"),
        envVariables: [...merged.values()].map(([name, value]) => `${name}=${value}`),
      },
      files: [...(script === undefined ? [] : [file(place, script.name, script.bytes)]), ...stdin],
    };
  }

  outputName({ runId }: RunPlace, stream: "out" | "err"): string {
    return `${runId}.${stream}`;
  }

  /** taskkill ends the tree below the wrapper; TerminateProcess alone would leave the program running. */
  async end(calls: GuestCalls, { startPid }: EndedRun, op: Operation): Promise<RunEnding> {
    const ending = { willTell: false, mayLiveOn: "processes whose parent had ended before, which are in no tree" };
    if (startPid === undefined) return ending;
    const taskkill = { programPath: this.#systemProgram("taskkill.exe"), arguments: `/t /f /pid ${startPid}` };
    await calls.startProgramInGuest(taskkill, op);
    if ((await awaitEnd(calls, startPid, op)) === "going on") await calls.terminateProcessInGuest(startPid, op);
    return ending;
  }

  isWrapper(commandLine: string): boolean {
    return commandLine.includes(wrapperBeginning);
  }

  /**
   * The whole process table is safe to ask for here: the command lines of Windows are Unicode
   * (docs/reference/guest-operations.md#text-that-is-not-utf-8).
   */
  async findWrapper(calls: GuestCalls, place: RunPlace, op: Operation): Promise<number | undefined> {
    const beginning = wrapperBeginningOf(roomNameOf(place), place.runId);
    const processes = await calls.listProcessesInGuest([], op);
    return processes.find(({ cmdLine, endTime }) => endTime === undefined && cmdLine.includes(beginning))?.pid;
  }

  explainWrapperExit(exitCode: number | undefined): string {
    return exitCode === noRoomExitCode
      ? `its private directory could not be made in ${this.#roomsDirectory}, the guest user's TEMP`
      : "cmd.exe, which ran it, is gone (ended, or the guest was restarted)";
  }

  validation(command: string, path: string): ProgramSpec["command"] {
    const quoted = `"${path.replaceAll("%", "%%")}"`;
    return { script: `@${command.replaceAll("{path}", () => quoted)}\r\n` };
  }

  #markOf(runKey: string): WindowsRunMark {
    return { key: shortKey(runKey), deploy: this.#deploy };
  }

  get #roomsDirectory(): string {
    return this.#ownOr("TEMP", "C:\\Windows\\Temp");
  }

  #systemProgram(name: string): string {
    return `${this.#ownOr("SystemRoot", "C:\\Windows")}\\System32\\${name}`;
  }

  #ownOr(name: string, otherwise: string): string {
    return this.#own?.get(name.toLowerCase())?.[1] ?? otherwise;
  }
}

function roomNameOf({ room }: RunPlace): string {
  return baseName(room.path, "windows");
}

function file({ runId }: RunPlace, name: string, bytes: Buffer): RunFile {
  return { name: `${runId}.${name}`, bytes };
}

function requireAbsolute(directory: string | undefined): void {
  if (directory === undefined || /^([A-Za-z]:[\\/]|\\\\)/.test(directory)) return;
  throw new GuestError("INVALID_INPUT", `workingDirectory ${directory}: is not absolute. Let it begin with a drive.`);
}

function requireShort(program: string, commandLine: string): void {
  const length = program.length + commandLine.length + 10;
  if (length <= commandLineLimit) return;
  throw new GuestError(
    "INVALID_INPUT",
    `The command line has ${length} characters; cmd.exe takes ${commandLineLimit}. Put long arguments into a script.`,
  );
}
