import { randomBytes } from "node:crypto";
import { GuestError } from "../errors/guest-error";
import { delay } from "../soap/abortable";
import type { ProgramSpec } from "./guest";
import type { GuestOperations } from "./guest-operations";
import type { Operation } from "./operation";
import { baseName } from "./file-path";
import { quoteAllForWindows } from "./quoting-windows";
import type { EndedRun, GuestEnvironment, RunFile, RunPlan, Runner } from "./run-plan";
import type { RunPlace } from "./run-rooms";
import { roomPrefix } from "./run-rooms";
import { windowsVariables, type WindowsVariables } from "./windows-environment";
import { windowsScript } from "./windows-script";
import { wrapperBeginning, wrapperCommandLine, wrapperVariables } from "./windows-wrapper-command";

/** What cmd.exe takes for one command line. */
const commandLineLimit = 8_191;
/** How long taskkill is given: Tools tell the end of a process with the next whole second. */
const endLooks = 20;
const endLookPauseMs = 300;

/** Runs programs through cmd.exe. Their command line comes in variables, which cmd does not read a second time. */
export class WindowsRunner implements Runner {
  private own: WindowsVariables | undefined;

  async prepare(environment: GuestEnvironment): Promise<void> {
    if (this.own !== undefined) return;
    const variables = await environment();
    if (variables === undefined) {
      throw new GuestError("SERVER_FAULT", "The guest does not tell its environment, which running a program needs.");
    }
    this.own = windowsVariables(variables);
  }

  newRoomPath(): string {
    return this.roomPath(randomBytes(16).toString("hex"));
  }

  roomPath(name: string): string {
    return `${this.ownOr("TEMP", "C:\\Windows\\Temp")}\\${roomPrefix}${name}`;
  }

  async plan(place: RunPlace, spec: ProgramSpec): Promise<RunPlan> {
    requireAbsolute(spec.workingDirectory);
    const script =
      "script" in spec.command ? windowsScript(spec.command, place, (name) => this.systemProgram(name)) : undefined;
    const words = "program" in spec.command ? [spec.command.program, ...spec.command.arguments] : [];
    const program = script?.program ?? words[0] ?? "";
    const commandLine = script?.commandLine ?? quoteAllForWindows(words.slice(1));
    requireShort(program, commandLine);
    const stdin = spec.stdin === undefined ? [] : [file(place, "stdin", Buffer.from(spec.stdin as string))];
    const variables = wrapperVariables({
      roomPath: place.room.path,
      runId: place.runId,
      program,
      commandLine,
      hasStdin: stdin.length > 0,
      forfilesPath: this.systemProgram("forfiles.exe"),
    });
    const given = windowsVariables(new Map(Object.entries(spec.environment ?? {})));
    const base = spec.environmentMode === "replace" ? [] : [...(this.own ?? [])];
    const merged = new Map([...base, ...given, ...windowsVariables(variables)]);
    return {
      start: {
        programPath: this.systemProgram("cmd.exe"),
        arguments: wrapperCommandLine(baseName(place.room.path, "windows"), place.runId),
        workingDirectory: spec.workingDirectory ?? this.ownOr("USERPROFILE", "C:\\"),
        envVariables: [...merged.values()].map(([name, value]) => `${name}=${value}`),
      },
      files: [...(script === undefined ? [] : [file(place, script.name, script.bytes)]), ...stdin],
    };
  }

  outputName({ runId }: RunPlace, stream: "out" | "err"): string {
    return `${runId}.${stream}`;
  }

  /** taskkill ends the tree below the wrapper; TerminateProcess alone would leave the program running. */
  async end(operations: GuestOperations, { startPid }: EndedRun, op: Operation): Promise<boolean> {
    if (startPid === undefined) return false;
    const taskkill = { programPath: this.systemProgram("taskkill.exe"), arguments: `/t /f /pid ${startPid}` };
    await operations.startProgramInGuest(taskkill, op);
    for (let look = 0; look < endLooks; look += 1) {
      const [wrapper] = await operations.listProcessesInGuest([startPid], op);
      if (wrapper === undefined || wrapper.endTime !== undefined) return false;
      await delay(endLookPauseMs, op.signal);
    }
    await operations.terminateProcessInGuest(startPid, op);
    return false;
  }

  isWrapper(commandLine: string): boolean {
    return commandLine.includes(wrapperBeginning);
  }

  explainWrapperExit(): string {
    return "its private directory in TEMP could not be made, or cmd.exe, which ran it, is gone";
  }

  validation(command: string, path: string): ProgramSpec["command"] {
    const quoted = `"${path.replaceAll("%", "%%")}"`;
    return { script: `@${command.replaceAll("{path}", () => quoted)}\r\n` };
  }

  private systemProgram(name: string): string {
    return `${this.ownOr("SystemRoot", "C:\\Windows")}\\System32\\${name}`;
  }

  private ownOr(name: string, otherwise: string): string {
    return this.own?.get(name.toLowerCase())?.[1] ?? otherwise;
  }
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
