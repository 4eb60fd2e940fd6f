import type { RunFile } from "../../../../provider/guest/programs/plan";
import * as fc from "fast-check";
import type { ProgramSpec } from "../../../../provider/guest/guest";
import { quoteAllForWindows } from "../../../../provider/guest/paths/quoting-windows";
import type { RunPlace } from "../../../../provider/guest/programs/rooms/rooms";
import { WindowsRunner } from "../../../../provider/guest/programs/windows/runner";
import { WineGuest, withWine } from "./wine-guest";

const textOf = (file: RunFile | undefined) => (file?.bytes as Buffer | undefined)?.toString();

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

  beforeAll(() =>
    runner.prepare(
      async () =>
        new Map([
          ["SystemRoot", "C:\\Windows"],
          ["TEMP", "C:\\Temp dir"],
        ]),
    ),
  );

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
    expect(textOf(files.find(({ name }) => name === "1.script.ps1"))).toBe("\ufeffWrite-Output 'ünï'");
  });

  test("a batch file with more than ASCII says that it is UTF-8, with no mark that cmd would take for text", async () => {
    const scriptOf = async (script: string, interpreter: string) =>
      textOf((await plan({ script, interpreter })).files.find(({ name }) => name.startsWith("1.script")));
    expect(await scriptOf("\ufeffecho ünï\nexit", "cmd")).toBe(
      '@"C:\\Windows\\System32\\chcp.com" 65001 >nul\r\necho ünï\r\nexit',
    );
    expect(await scriptOf("echo uni\r\n", "cmd")).toBe("echo uni\r\n");
    expect(await scriptOf("\ufeffexit", "powershell")).toBe("\ufeffexit");
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

withWine("the wrapper for Windows")("with the cmd.exe of Wine", () => {
  let guest: WineGuest;
  let runner: WindowsRunner;

  beforeAll(async () => {
    guest = await WineGuest.open();
    runner = await guest.runner();
  }, 120_000);
  afterAll(() => guest.stop());

  async function run(
    spec: Partial<ProgramSpec> & Pick<ProgramSpec, "command">,
    place: RunPlace = guest.newPlace(runner),
  ) {
    const { start, ended } = await guest.start(runner, place, spec);
    const status = await ended;
    const report = guest.report(place);
    const stream = (name: "out" | "err") => guest.stream(place, name);
    return { report, status, exitCode: report.end?.exitCode, out: stream("out"), err: stream("err"), start };
  }

  test("arguments arrive unchanged in a real process", async () => {
    // Wine 8 reads the value of a delayed variable once more for % and !, which Windows does not.
    const wineWord = word.map((text) => text.replace(/[%!\r]/g, ""));
    const arrays = fc.array(fc.array(wineWord, { maxLength: 4 }), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(arrays, async (argumentArrays) => {
        const words = argumentArrays.flatMap((each) => [...each, "END"]);
        const { exitCode, out } = await run({ command: { program: guest.printf, arguments: ["%s\\0", ...words] } });
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

  // Without a console, as here, Wine goes on in its own code page: this shows only that the script runs.
  test("a script with more than ASCII runs", async () => {
    expect((await run({ command: { script: "@rem ünï\n@echo done" } })).out).toBe("done\r\n");
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
    const command = { program: guest.printf, arguments: [] };
    await expect(run({ command, workingDirectory: "nope" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const long = run({ command: { program: guest.printf, arguments: ["x".repeat(9_000)] } });
    await expect(long).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a start that is repeated runs nothing twice, and inputs are gone at the end", async () => {
    const place = guest.newPlace(runner);
    const command = { script: "@set /p line=\n@echo %line%" };
    const first = await run({ command, stdin: "once\r\n" }, place);
    const second = await run({ command, stdin: "twice\r\n" }, place);
    expect(second.status).toBe(112);
    expect(first.out.trim()).toBe("once");
    expect(second.out).toBe(first.out);
    const third = await run({ command, stdin: "once\r\n" });
    expect(third.report.end?.exitCode).toBe(0);
  });
});
