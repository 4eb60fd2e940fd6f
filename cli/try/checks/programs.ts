import { fails, onlyIf, same, textOf, type Trial, type TrialCheck } from "../trial";

/** A script in the words of either family. */
function script(trial: Trial, posix: string, windows: string): string {
  return trial.isPosix ? posix : windows;
}

async function outputOf(trial: Trial, declared: Readonly<Record<string, unknown>>): Promise<string> {
  const run = trial.vm.managed("GuestProgramRun");
  await run.up(declared, trial.work);
  return textOf(run.state.stdout).replaceAll("\r\n", "\n");
}

/** What GuestProgramRun promises. */
export const programChecks: readonly TrialCheck[] = [
  {
    name: "stdout, stderr and exit code, each on its own",
    run: async (trial) => {
      const run = trial.vm.managed("GuestProgramRun");
      const text = script(trial, "echo out; echo err >&2; exit 3", "@echo out\r\n@echo err>&2\r\n@exit /b 3");
      await run.up({ script: text, successExitCodes: [3] }, trial.work);
      const { stdout, stderr, exitCode } = run.state;
      same([stdout, textOf(stderr).trim(), exitCode], ["out", "err", 3]);
    },
  },
  {
    name: "a failure is one, with what the program said",
    run: async (trial) => {
      const text = script(trial, "echo broken >&2; exit 7", "@echo broken>&2\r\n@exit /b 7");
      await fails(trial.vm.managed("GuestProgramRun").up({ script: text }, trial.work), /7[^]*broken/);
    },
  },
  {
    name: "a program with arguments that hold blanks, quotes and a dollar",
    run: async (trial) => {
      onlyIf(trial.isPosix, "tried with printf, which Windows has not");
      const words = ["a b", "c'd", 'e"f', "$HOME", "`id`", "\\", "*", ""];
      const declared = { program: "/usr/bin/printf", arguments: ["<%s>\\n", ...words] };
      same(await outputOf(trial, declared), words.map((word) => `<${word}>`).join("\n"));
    },
  },
  {
    name: "environment variables, odd characters included",
    run: async (trial) => {
      const value = trial.isPosix ? `a b'c"d$e` : "a b c";
      const text = script(trial, 'printf %s "$TRIAL"', "@echo %TRIAL%");
      same((await outputOf(trial, { script: text, environment: { TRIAL: value } })).trim(), value);
    },
  },
  {
    name: "environmentMode: replace",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows programs do not start without some of the guest's own variables");
      const declared = { script: "env", environment: { ONLY: "this" }, environmentMode: "replace" };
      const names = (await outputOf(trial, declared)).split("\n").map((line) => line.split("=")[0]);
      same(names.includes("ONLY") && !names.includes("LANG"), true, `variables (${names.join(" ")})`);
    },
  },
  {
    name: "a working directory",
    run: async (trial) => {
      await trial.mkdir("workdir");
      const declared = { script: script(trial, "pwd -P", "@cd"), workingDirectory: trial.at("workdir") };
      same((await outputOf(trial, declared)).endsWith("workdir"), true);
    },
  },
  {
    name: "standard input",
    run: async (trial) => {
      const declared = { script: script(trial, "cat", "@set /p LINE=\r\n@echo %LINE%"), stdin: "a line\n" };
      same(await outputOf(trial, declared), "a line");
    },
  },
  {
    name: "1 MiB of output, whole",
    run: async (trial) => {
      onlyIf(trial.isPosix, "tried with head, which Windows has not");
      const declared = { script: "head -c 1000000 /dev/zero | tr '\\0' x", outputLimitBytes: 2_000_000 };
      same((await outputOf(trial, declared)).length, 1_000_000);
    },
  },
  {
    name: "a script of 100 KB",
    run: async (trial) => {
      const comment = script(trial, `# ${"x".repeat(98)}\n`, `@rem ${"x".repeat(94)}\r\n`);
      same(await outputOf(trial, { script: comment.repeat(1000) + script(trial, "echo end", "@echo end") }), "end");
    },
  },
  {
    name: "output that is not ASCII",
    run: async (trial) => {
      same(
        await outputOf(trial, { script: script(trial, "echo 'ünïcödé 名'", "@echo ünïcödé") }),
        trial.isPosix ? "ünïcödé 名" : "ünïcödé",
      );
    },
  },
  {
    name: "PowerShell, with its exit code",
    run: async (trial) => {
      onlyIf(!trial.isPosix, "not a Windows guest");
      const run = trial.vm.managed("GuestProgramRun");
      const text = 'Write-Output "ünïcödé"; exit 4';
      await run.up({ script: text, interpreter: "powershell", successExitCodes: [4] }, trial.work);
      same([run.state.stdout, run.state.exitCode], ["ünïcödé", 4]);
    },
  },
  {
    name: "a time-out ends the program with its children",
    run: async (trial) => {
      const name = "vsphere-guest-trial";
      const text = script(
        trial,
        `cp "$(command -v sleep)" '${trial.at(name)}' && '${trial.at(name)}' 300 & wait`,
        `@copy /y "%SystemRoot%\\System32\\ping.exe" "${trial.at(`${name}.exe`)}" >nul\r\n@"${trial.at(`${name}.exe`)}" -n 300 127.0.0.1`,
      );
      const run = trial.vm.managed("GuestProgramRun").up({ script: text }, { ...trial.work, timeoutSeconds: 8 });
      await fails(run, /8 s/);
      const left = (await trial.vm.programs.list(trial.work)).filter((one) => one.name.startsWith(name));
      same(left.length, 0, "processes left");
    },
  },
  {
    name: "creates keeps it from being run again",
    run: async (trial) => {
      const declared = {
        script: script(trial, `echo x >> '${trial.at("once")}'`, `@echo x>> "${trial.at("once")}"`),
        creates: trial.at("once"),
      };
      await trial.vm.managed("GuestProgramRun").up(declared, trial.work);
      await trial.vm.managed("GuestProgramRun").up(declared, trial.work);
      same((await trial.text("once")).trim(), "x");
    },
  },
  {
    name: "guards unless and onlyIf",
    run: async (trial) => {
      const touch = script(trial, `: > '${trial.at("guarded")}'`, `@type nul > "${trial.at("guarded")}"`);
      const [yes, no] = trial.isPosix ? ["true", "false"] : ["exit /b 0", "exit /b 1"];
      await trial.vm.managed("GuestProgramRun").up({ script: touch, unless: yes }, trial.work);
      await trial.vm.managed("GuestProgramRun").up({ script: touch, onlyIf: no }, trial.work);
      same(await trial.exists("guarded"), false);
      await trial.vm.managed("GuestProgramRun").up({ script: touch, unless: no, onlyIf: yes }, trial.work);
      same(await trial.exists("guarded"), true);
    },
  },
  {
    name: "a trigger runs it again, and delete runs its own command",
    run: async (trial) => {
      const append = (word: string) =>
        script(trial, `echo ${word} >> '${trial.at("runs")}'`, `@echo ${word}>> "${trial.at("runs")}"`);
      const declared = { create: append("create"), update: append("update"), delete: append("delete") };
      const run = trial.vm.managed("GuestProgramRun");
      await run.up({ ...declared, triggers: [1] }, trial.work);
      await run.up({ ...declared, triggers: [1] }, trial.work);
      await run.up({ ...declared, triggers: [2] }, trial.work);
      await run.destroy(trial.work);
      same(
        (await trial.text("runs")).split(/\s+/).filter((word) => word !== ""),
        ["create", "update", "delete"],
      );
    },
  },
  {
    name: "a log is fetched",
    run: async (trial) => {
      const path = trial.at("run.log");
      const run = trial.vm.managed("GuestProgramRun");
      const text = script(trial, `echo logged > '${path}'`, `@echo logged> "${path}"`);
      await run.up({ script: text, logPaths: [path] }, trial.work);
      same(
        Object.values(run.state.logs as Record<string, string>).map((log) => log.trim()),
        ["logged"],
      );
    },
  },
  {
    name: "secrets arrive, and no process list shows them",
    run: async (trial) => {
      onlyIf(trial.isPosix, "tried with ps, which Windows has not");
      const declared = {
        script: 'ps -ef 2>/dev/null || ps w; echo "$HUSH" | wc -c',
        environment: { HUSH: "tr1al-s3cret" },
      };
      const run = trial.vm.managed("GuestProgramRun");
      await run.up(declared, { ...trial.work, secrets: ["environment"] });
      const said = textOf(run.state.stdout);
      same([said.includes("tr1al-s3cret"), said.trim().split("\n").at(-1)?.trim()], [false, "13"]);
    },
  },
  {
    name: "as another account",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows has no sudo");
      onlyIf(trial.isElevated, "the guest login is not root");
      const canSu = "su -s /bin/sh nobody -c true </dev/null >/dev/null 2>&1 && echo yes; true";
      onlyIf((await trial.shell(canSu, "")) === "yes", "su does not work in this guest");
      same(await outputOf(trial, { script: "id -un", runAs: { user: "nobody", method: "su" } }), "nobody");
    },
  },
];
