import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import type { ProgramSpec } from "../../../provider/guest/guest";
import { quoteAllForWindows } from "../../../provider/guest/quoting-windows";
import { readReport } from "../../../provider/guest/run-report";
import type { RunPlace } from "../../../provider/guest/run-rooms";
import { WindowsRunner } from "../../../provider/guest/windows-runner";

const hasWine = spawnSync("wine", ["--version"], { stdio: "ignore" }).status === 0;
if (!hasWine) process.stderr.write("SKIPPED: the wrapper for Windows, since `wine` is not installed here\n");
const withWine = hasWine ? describe : describe.skip;

/** Splits a command line as CommandLineToArgvW does (the rules of the Microsoft C runtime). */
function splitAsWindowsDoes(commandLine: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < commandLine.length; at += 1) {
    const character = commandLine.charAt(at);
    const backslashes = /^\\*/.exec(commandLine.slice(at))?.[0].length ?? 0;
    if (backslashes > 0 && commandLine.charAt(at + backslashes) === '"') {
      word = (word ?? "") + "\\".repeat(Math.floor(backslashes / 2));
      at += backslashes;
      if (backslashes % 2 === 1) word += '"';
      else quoted = !quoted;
    } else if (character === '"') {
      word ??= "";
      quoted = !quoted;
    } else if (/[ \t]/.test(character) && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

const word = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."\"\\^&|<>(){}[]=;,'`$*?~ \t\n#-", '\\"', '\\\\"', "%PATH%", "!x!"),
      fc.string({ unit: "grapheme-ascii", maxLength: 5 }),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  // eslint-disable-next-line no-control-regex -- what XML cannot carry
  .map((pieces) => pieces.join("").replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, ""));

test("quoted arguments are read as they were", () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitAsWindowsDoes(quoteAllForWindows(words))).toEqual(words);
    }),
    { numRuns: 5_000 },
  );
});

describe("what Windows is told", () => {
  const runner = new WindowsRunner();
  const place: RunPlace = { room: { path: "C:\\Temp dir\\.vsphere-guest-run-00ff" } as RunPlace["room"], runId: "1" };
  const secret = { script: true, environment: true, stdin: true };
  const plan = (command: ProgramSpec["command"]) =>
    runner.plan(place, { command, environmentMode: "merge", outputLimitBytes: 1, secret, stdin: "hunter3" });
  const variable = (lines: readonly string[] | undefined, name: string) =>
    lines?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);

  beforeAll(() => runner.prepare(async () => new Map([["SystemRoot", "C:\\Windows"]])));

  // There is no PowerShell here: this holds only what it is given.
  test.each([
    ["powershell", '"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"'],
    ["PowerShell.exe", '"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"'],
    ["pwsh", '"pwsh"'],
    ["C:\\Program Files\\PowerShell\\7\\pwsh.exe", '"C:\\Program Files\\PowerShell\\7\\pwsh.exe"'],
  ])("%s gets its script as a file with a byte order mark", async (interpreter, program) => {
    const { start, files } = await plan({ script: "Write-Output 'ünï'", interpreter });
    expect(variable(start.envVariables, "VSG_PROGRAM")).toBe(program);
    expect(variable(start.envVariables, "VSG_ARGUMENTS")).toBe(
      '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\\Temp dir\\.vsphere-guest-run-00ff\\1.script.ps1"',
    );
    expect(files.find(({ name }) => name === "1.script.ps1")?.bytes.toString()).toBe("\ufeffWrite-Output 'ünï'");
  });

  test("scripts and standard input travel as files, in no command line and no variable", async () => {
    const { start, files } = await plan({ script: "echo hunter1" });
    expect(JSON.stringify(start)).not.toMatch(/hunter/);
    expect(files.map(({ name }) => name).sort()).toEqual(["1.script.cmd", "1.stdin"]);
  });

  test("rooms that nobody has touched for a week are swept by the first run of a room", async () => {
    const command = { program: "C:\\a.exe", arguments: [] };
    const { start } = await plan(command);
    expect(start.arguments).toContain("(if exist !VSG_FORFILES! !VSG_FORFILES! !VSG_SWEEP! >nul 2>nul)");
    expect(variable(start.envVariables, "VSG_FORFILES")).toBe('"C:\\Windows\\System32\\forfiles.exe"');
    expect(variable(start.envVariables, "VSG_SWEEP")).toBe(
      '/p "C:\\Temp dir" /m .vsphere-guest-run-* /d -7 /c "cmd /c if @isdir==TRUE rd /s /q @path"',
    );
    const second = await runner.plan({ ...place, runId: "2" }, { ...plainRun, command });
    expect(second.start.arguments).not.toContain("FORFILES");
  });

  const plainRun = { environmentMode: "merge", outputLimitBytes: 1, secret } as const;
});

withWine("with the cmd.exe of Wine", () => {
  let here: string;
  let temp: string;
  let printf: string;
  let runner: WindowsRunner;
  let runs = 0;
  const wine = () => ({
    ...process.env,
    WINEPREFIX: `${here}/prefix`,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    DISPLAY: "",
    LC_ALL: "C.UTF-8",
  });

  beforeAll(async () => {
    here = mkdtempSync("/tmp/wine-test-");
    temp = `Z:${here.replaceAll("/", "\\")}\\temp dir`;
    mkdirSync(`${here}/temp dir`);
    // A program of this system, which Wine starts under a Windows name: it shows the arguments that a process gets.
    copyFileSync("/usr/bin/printf", `${here}/printf.exe`);
    printf = `Z:${here.replaceAll("/", "\\")}\\printf.exe`;
    spawnSync("wine", ["cmd", "/c", "exit"], { env: wine(), stdio: "ignore" });
    runner = new WindowsRunner();
    await runner.prepare(
      async () =>
        new Map([
          ["TEMP", temp],
          ["USERPROFILE", "C:\\"],
          ["PATH", "C:\\windows\\system32"],
        ]),
    );
  }, 120_000);
  afterAll(() => {
    spawnSync("wineserver", ["--kill", "--wait"], { env: wine(), stdio: "ignore" });
    rmSync(here, { recursive: true, force: true });
  });

  const unixPath = (path: string) => path.slice("Z:".length).replaceAll("\\", "/");
  const plain = {
    environmentMode: "merge",
    outputLimitBytes: 1 << 20,
    secret: { script: false, environment: false, stdin: false },
  } as const;

  async function run(spec: Partial<ProgramSpec> & Pick<ProgramSpec, "command">) {
    runs += 1;
    const place: RunPlace = { room: { path: runner.newRoomPath() } as RunPlace["room"], runId: String(runs) };
    const room = unixPath(place.room.path);
    const { start, files } = await runner.plan(place, { ...plain, ...spec });
    if (files.length > 0) mkdirSync(room);
    for (const { name, bytes } of files) writeFileSync(`${room}/${name}`, bytes);
    const given = Object.fromEntries(
      (start.envVariables ?? []).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    // The wrapper's command line holds no quotes, so that Wine's way of building one from words keeps it as it is.
    spawnSync("wine", ["cmd", ...start.arguments.split(" ")], {
      env: { ...wine(), ...given, PATH: process.env["PATH"] },
      cwd: start.workingDirectory === "C:\\windows" ? `${here}/prefix/drive_c/windows` : here,
    });
    const names = readdirSync(room);
    const report = readReport(
      place.runId,
      names.map((name) => ({ name, info: { path: name, type: "file", size: 0, attributes: {} } })),
    );
    const stream = (name: "out" | "err") => readFileSync(`${room}/${runner.outputName(place, name)}`, "utf8");
    return { report, exitCode: report.end?.exitCode, out: stream("out"), err: stream("err"), start };
  }

  test("arguments arrive unchanged in a real process", async () => {
    // Wine 8 reads the value of a delayed variable once more for % and !, which Windows does not.
    const wineWord = word.map((text) => text.replace(/[%!\r]/g, ""));
    const arrays = fc.array(fc.array(wineWord, { maxLength: 4 }), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(arrays, async (argumentArrays) => {
        const words = argumentArrays.flatMap((each) => [...each, "END"]);
        const { exitCode, out } = await run({ command: { program: printf, arguments: ["%s\\0", ...words] } });
        expect(exitCode).toBe(0);
        expect(out.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 50, endOnFailure: true },
    );
  }, 240_000);

  test("exit code, outputs, standard input and directory", async () => {
    const script = "@echo off\nset /p line=\necho %line% from %CD%\necho to stderr 1>&2\nexit /b 7";
    const { report, out, err } = await run({
      command: { script },
      stdin: "hello\r\n",
      workingDirectory: "C:\\windows",
    });
    expect(report).toMatchObject({ begun: true, end: { exitCode: 7 } });
    expect(out).toBe("hello from C:\\windows\r\n");
    expect(err.trim()).toBe("to stderr");
    expect(report.end?.stdout).toEqual({ sizeBytes: out.length });
  });

  test("environment over the guest's own, whose names differ in case only", async () => {
    const environment = { path: "C:\\mine", GREETING: "a & b" };
    const { start } = await run({ command: { script: "@set GREETING" }, environment });
    expect(start.envVariables).toContain("path=C:\\mine");
    expect(start.envVariables?.filter((line) => /^path=/i.test(line))).toHaveLength(1);
    const { out } = await run({ command: { script: "@set GREETING" }, environment: { GREETING: "a & b" } });
    expect(out).toBe("GREETING=a & b\r\n");
  });

  test("what cannot be started is told", async () => {
    const missing = await run({ command: { program: "no-such-program", arguments: [] } });
    expect(missing.report.failure).toBe("missing");
    const command = { program: printf, arguments: [] };
    await expect(run({ command, workingDirectory: "nope" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const long = run({ command: { program: printf, arguments: ["x".repeat(9_000)] } });
    await expect(long).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
