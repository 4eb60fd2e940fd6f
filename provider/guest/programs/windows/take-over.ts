import { roomPrefix } from "../../paths/temporary-places";

/** By what a later deploy finds a run: hexadecimal digits. */
export interface WindowsRunMark {
  readonly key: string;
  readonly deploy: string;
}

/** Seconds between two looks at a run that seems to be gone. */
const pauseSeconds = 2;

/**
 * Steps of the wrapper (wrapper-command.ts) before its program. They look in all rooms for runs with the same
 * key, `<run>.key-<key>`, that are not this deploy's, of which `<run>.by-<deploy>` tells: a directory, since of those
 * only one can be made. One that has ended or goes on becomes this deploy's, `earlier.<room>.<run>` is told, and nothing
 * is run. The mark of one that is gone is removed. Then this run is marked.
 *
 * A run goes on while its output file cannot be opened for writing: cmd, and the program that inherits it, hold it
 * open, and a command whose redirection fails is not carried out. Just before the program starts and just after it ended
 * nobody holds the file: so a run that seems to be gone is looked at once more.
 *
 * Traps: with the cmd.exe of Wine a `for` in another one sees nothing of that one's variable, so rooms are gone into and
 * a mark tells by the part before its last dot which run it is; what follows a `do` stands in parentheses.
 */
export function takeOverSteps({ key, deploy }: WindowsRunMark, roomName: string, runId: string): string[] {
  const marks = `*.key-${key}`;
  const own = `..\\${roomName}\\${runId}`;
  // Of the mark %M.
  const run = "%~nM";
  const look = [
    `if exist ${run}.out md ${own}.free>>${run}.out`,
    `if exist ${run}.out if not exist ${own}.free set VSG_LIVE=1`,
    `rd ${own}.free 2>nul`,
    `if exist ${run}.rc.* set VSG_LIVE=1`,
  ];
  const told = `${own}.earlier.%R.${run}`;
  const judge = [
    "set VSG_LIVE=",
    ...look,
    `if not defined VSG_LIVE !VSG_PING! -n ${pauseSeconds + 1} 127.0.0.1 >nul`,
    ...look,
    "type nul>nul",
    `if defined VSG_LIVE md ${run}.by-${deploy} 2>nul`,
    `if defined VSG_LIVE if not errorlevel 1 type nul>${told}`,
    `if exist ${told} del /q ${own}.stdin ${own}.script* 2>nul`,
    `if exist ${told} exit 0`,
    "if not defined VSG_LIVE del /q %M 2>nul",
  ]
    .map((step) => `(${step})`)
    .join("&");
  const eachMark = `for %M in (${marks}) do (if not exist ${run}.by-${deploy} (${judge}))`;
  return [
    "pushd !VSG_ROOMS!",
    `for /d %R in (${roomPrefix}*) do (cd /d !VSG_ROOMS!&if exist %R\\${marks} (cd %R&${eachMark}))`,
    "cd /d !VSG_ROOMS!",
    `md ${roomName}\\${runId}.by-${deploy}`,
    `type nul>${roomName}\\${runId}.key-${key}`,
    "popd",
  ];
}
