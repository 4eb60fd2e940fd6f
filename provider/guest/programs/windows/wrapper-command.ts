import { begunByAnotherExitCode } from "../plan";
import { staleDays, roomPrefix } from "../../paths/temporary-places";
import { takeOverSteps, type WindowsRunMark } from "./take-over";

/** What the wrapper is told of a run. */
export interface WrappedRun {
  /** Absolute, of the directory that holds the rooms. */
  readonly roomsDirectory: string;
  readonly roomName: string;
  readonly runId: string;
  readonly program: string;
  /** Arguments, quoted for the program. */
  readonly commandLine: string;
  readonly hasStdin: boolean;
  /** Of a run that a later deploy may find. */
  readonly mark?: WindowsRunMark;
  /** Path of a program that is a part of Windows. */
  readonly systemProgram: (name: string) => string;
}

/**
 * Variables that the wrapper reads: values with their quotes. cmd expands `!name!` after it has read the line, and does
 * not read the value again: whatever stands in a command line, line ends included, reaches the program as it is.
 */
export function wrapperVariables(run: WrappedRun): ReadonlyMap<string, string> {
  const { roomsDirectory, runId, systemProgram } = run;
  const room = `${roomsDirectory}\\${run.roomName}`;
  const inRoom = (name: string) => `"${room}\\${runId}.${name}"`;
  return new Map([
    ["VSG_ROOMS", `"${roomsDirectory}"`],
    ["VSG_ROOM", `"${room}"`],
    ["VSG_BEGUN", inRoom("begun")],
    ["VSG_PROGRAM", `"${run.program}"`],
    ["VSG_ARGUMENTS", run.commandLine],
    ["VSG_IN", run.hasStdin ? inRoom("stdin") : "nul"],
    ["VSG_OUT", inRoom("out")],
    ["VSG_ERR", inRoom("err")],
    ["VSG_PING", `"${systemProgram("ping.exe")}"`],
    ["VSG_FORFILES", `"${systemProgram("forfiles.exe")}"`],
    ["VSG_SWEEP", sweepArguments(roomsDirectory)],
  ]);
}

/** Rooms beside this one that nobody has touched for a week. */
function sweepArguments(roomsDirectory: string): string {
  return `/p "${roomsDirectory}" /m ${roomPrefix}* /d -${staleDays} /c "cmd /c if @isdir==TRUE rd /s /q @path"`;
}

/** How the command line of a wrapper begins, and that of one run's: so it is found in the process table. */
export const wrapperBeginning = "(set VSG_RUN=";

export function wrapperBeginningOf(roomName: string, runId: string): string {
  return `${wrapperBeginning}${roomName}\\${runId})`;
}

/** Exit code of the wrapper where the room could not be made. */
export const noRoomExitCode = 111;

/** cmd's own exit code for a program that it does not find; a script whose last command it does not find has it too. */
const notFoundExitCode = 9009;

/**
 * Arguments for cmd.exe: makes the room, runs the program, and publishes as rooms/report.ts reads: `begun`, a directory,
 * since of those only one can be made: a start that is repeated because its answer was lost runs nothing twice;
 * `key-<key>` the run can be found again, `by-<deploy>` whose it is; `earlier.<room>.<run>` nothing was started, since
 * that run of an earlier deploy was found (take-over.ts); `failed.missing`; and last
 * `rc.<exit code>.<bytes of out>.0.<bytes of err>.0`. Outputs are not published as names: cmd has no base64.
 *
 * Leaves the room before it tells the end: a directory that a process is in cannot be removed. Then the first run of a
 * room removes rooms that a crash left behind.
 *
 * Holds no quotes, so that nobody on the way can take them for his own, and neither && nor ||, which the cmd.exe of
 * Wine gets wrong, as it does redirections of a whole group.
 */
export function wrapperCommandLine({ roomName, runId, mark }: WrappedRun): string {
  const ownFiles = `${runId}.stdin ${runId}.script*`;
  const steps = [
    "md !VSG_BEGUN! 2>nul",
    `if errorlevel 1 if exist !VSG_BEGUN! exit ${begunByAnotherExitCode}`,
    `if errorlevel 1 exit ${noRoomExitCode}`,
    ...(mark === undefined ? [] : takeOverSteps(mark, roomName, runId)),
    "!VSG_PROGRAM! !VSG_ARGUMENTS! <!VSG_IN! >!VSG_OUT! 2>!VSG_ERR!",
    "set VSG_RC=!errorlevel!",
    "cd /d !VSG_ROOM!",
    `if !VSG_RC!==${notFoundExitCode} if not exist !VSG_PROGRAM! type nul>${runId}.failed.missing`,
    `for %A in (${runId}.out) do set VSG_O=%~zA`,
    `for %A in (${runId}.err) do set VSG_E=%~zA`,
    `del /q ${ownFiles} 2>nul`,
    "cd ..",
    `type nul>${roomName}\\${runId}.rc.!VSG_RC!.!VSG_O!.0.!VSG_E!.0`,
    ...(runId === "1" ? ["if exist !VSG_FORFILES! !VSG_FORFILES! !VSG_SWEEP! >nul 2>nul"] : []),
  ];
  return `/d /v:on /c ${[wrapperBeginningOf(roomName, runId), ...steps.map((step) => `(${step})`)].join("&")}`;
}
