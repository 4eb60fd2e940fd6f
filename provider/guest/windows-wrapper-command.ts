import { roomPrefix, staleDays } from "./run-rooms";

/** What the wrapper is told of a run. */
export interface WrappedRun {
  readonly roomPath: string;
  readonly runId: string;
  readonly program: string;
  /** Arguments, quoted for the program. */
  readonly commandLine: string;
  readonly hasStdin: boolean;
  /** Of Windows' own forfiles.exe. */
  readonly forfilesPath: string;
}

/**
 * Variables that the wrapper reads: values with their quotes. cmd expands `!name!` after it has read the line, and does
 * not read the value again: whatever stands in a command line, line ends included, reaches the program as it is.
 */
export function wrapperVariables(run: WrappedRun): ReadonlyMap<string, string> {
  const inRoom = (name: string) => `"${run.roomPath}\\${run.runId}.${name}"`;
  return new Map([
    ["VSG_ROOM", `"${run.roomPath}"`],
    ["VSG_BEGUN", inRoom("begun")],
    ["VSG_PROGRAM", `"${run.program}"`],
    ["VSG_ARGUMENTS", run.commandLine],
    ["VSG_IN", run.hasStdin ? inRoom("stdin") : "nul"],
    ["VSG_OUT", inRoom("out")],
    ["VSG_ERR", inRoom("err")],
    ["VSG_FORFILES", `"${run.forfilesPath}"`],
    ["VSG_SWEEP", sweepArguments(run.roomPath)],
  ]);
}

/** Rooms beside this one that nobody has touched for a week. */
function sweepArguments(roomPath: string): string {
  const parent = roomPath.slice(0, roomPath.lastIndexOf("\\"));
  return `/p "${parent}" /m ${roomPrefix}* /d -${staleDays} /c "cmd /c if @isdir==TRUE rd /s /q @path"`;
}

/** How the wrapper begins: a process with this in its command line is one. */
export const wrapperBeginning = "(md !VSG_ROOM! 2>nul)";

/** cmd's own exit code for a program that it does not find; a script whose last command it does not find has it too. */
const notFoundExitCode = 9009;

/**
 * Arguments for cmd.exe: makes the room, runs the program, and publishes as run-report.ts reads: `begun` (exclusive
 * enough: a start is repeated only after its connection broke), `failed.missing`, and last
 * `rc.<exit code>.<bytes of out>.0.<bytes of err>.0`. Outputs are not published as names: cmd has no base64.
 *
 * Leaves the room before it tells the end: a directory that a process is in cannot be removed. Then the first run of a
 * room removes rooms that a crash left behind.
 *
 * Holds no quotes, so that nobody on the way can take them for his own, and neither && nor ||, which the cmd.exe of
 * Wine gets wrong.
 */
export function wrapperCommandLine(roomName: string, runId: string): string {
  const steps = [
    "if exist !VSG_BEGUN! exit 112",
    "type nul>!VSG_BEGUN!",
    "!VSG_PROGRAM! !VSG_ARGUMENTS! <!VSG_IN! >!VSG_OUT! 2>!VSG_ERR!",
    "set VSG_RC=!errorlevel!",
    "cd /d !VSG_ROOM!",
    `if !VSG_RC!==${notFoundExitCode} if not exist !VSG_PROGRAM! type nul>${runId}.failed.missing`,
    `for %A in (${runId}.out) do set VSG_O=%~zA`,
    `for %A in (${runId}.err) do set VSG_E=%~zA`,
    "cd ..",
    `type nul>${roomName}\\${runId}.rc.!VSG_RC!.!VSG_O!.0.!VSG_E!.0`,
    ...(runId === "1" ? ["if exist !VSG_FORFILES! !VSG_FORFILES! !VSG_SWEEP! >nul 2>nul"] : []),
  ];
  return `/d /v:on /c ${[wrapperBeginning, ...steps.map((step) => `(${step})`)].join("&")}`;
}
