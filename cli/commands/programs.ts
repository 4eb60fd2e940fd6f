import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import type { Command as GuestCommand } from "../../provider/library";
import { given } from "../../provider/values/given";
import { printableName } from "../../provider/values/printable";
import { table } from "../output/table";
import { usage } from "../output/usage-error";
import { outputSink } from "../output/visible";
import { guestFlagsSchema, several, withGuests, type GuestFlags } from "../session/flags";
import { inGuests } from "../session/machines";
import { read } from "../session/read-flags";
import { standardInput } from "../session/standard-input";
import { examples } from "./verb";

const runFlags = guestFlagsSchema.extend({
  cwd: z.string().optional(),
  env: z.array(z.string()).default([]),
  onlyEnv: z.boolean().default(false),
  stdin: z.boolean().default(false),
  secret: z.boolean().default(false),
  exitZero: z.boolean().default(false),
  raw: z.boolean().default(false),
});
type RunFlags = z.infer<typeof runFlags>;

/** `run`, `script`, `ps`, `kill`, `env`: programs and processes. */
export function programCommands(): Command[] {
  return [run(), script(), processes(), kill(), environment()];
}

function withRun(command: Command): Command {
  return withGuests(command)
    .option("--cwd <path>", "working directory in the guest")
    .option("-e, --env <name=value>", "environment variable; may be repeated", several)
    .option("--only-env", "these variables and no others")
    .option("-i, --stdin", "give it this command's standard input")
    .option("--secret", "keep command, variables and input out of the guest's process table")
    .option("--exit-zero", "exit with 0 whatever the program's exit code is")
    .option("--raw", "on a terminal too let through what a terminal obeys");
}

function run(): Command {
  const command = withRun(new Command("run"))
    .description(
      "Run a program in the guest (StartProgramInGuest): its output is shown while it runs, its exit code is this command's. Ctrl-C ends it there.",
    )
    .argument("<program>", "absolute path, or a name that the guest's PATH knows")
    .argument("[arguments...]", "passed on as they are; put -- before the program where they begin with -")
    .action(async (program: string, given: readonly string[], options: unknown) => {
      await runInGuests({ program, arguments: given }, read(runFlags, options));
    });
  return examples(
    command,
    "run --vm web-1 -- /bin/echo hello",
    "run --vm 'web-*' -e GREETING=hi -- /bin/sh -c 'echo $GREETING'",
  );
}

function script(): Command {
  const command = withRun(new Command("script"))
    .description("Run a script of this machine in the guest (vmrun runScriptInGuest, PowerCLI Invoke-VMScript)")
    .argument("<file>", "the script on this machine; - for standard input")
    .option("--interpreter <program>", "default: /bin/sh, in Windows guests cmd; e.g. powershell, /usr/bin/python3")
    .action(async (file: string, options: unknown) => {
      const flags = read(runFlags.extend({ interpreter: z.string().optional() }), options);
      if (file === "-" && flags.stdin) throw usage("Standard input can't be both the script and its input.");
      const text = file === "-" ? (await standardInput()).toString() : await scriptFile(file);
      const interpreter = flags.interpreter ?? interpreterOf(text);
      await runInGuests({ script: text, ...given({ interpreter }) }, flags);
    });
  return examples(command, "script check.sh --vm web-1");
}

/** What its first line asks for, `#!/usr/bin/python3`; in Windows guests such a line is a comment of the script's own. */
function interpreterOf(script: string): string | undefined {
  const [line = ""] = script.split("\n", 1);
  const [interpreter, ...words] = line.startsWith("#!") ? line.slice(2).trim().split(/\s+/) : [];
  if (interpreter?.endsWith("/env") === true && words.length === 1) return words[0];
  if (words.length === 0) return interpreter === "" ? undefined : interpreter;
  throw usage(`The script's first line asks for more than a program (${line.trim()}): say which one by --interpreter.`);
}

async function scriptFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usage(`${path}, on this machine: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function runInGuests(command: GuestCommand, flags: RunFlags): Promise<void> {
  const environment = Object.fromEntries(flags.env.map(variable));
  const stdin = flags.stdin ? await standardInput() : undefined;
  await inGuests(flags, {
    run: async ({ vm, name, work, isOneOfMany }) => {
      const prefix = isOneOfMany ? `${name}: ` : "";
      const sinks = {
        stdout: outputSink(process.stdout, flags.raw, prefix),
        stderr: outputSink(process.stderr, flags.raw, prefix),
      };
      const result = await vm.programs.run(command, {
        ...work,
        environment,
        environmentMode: flags.onlyEnv ? "replace" : "merge",
        secret: flags.secret,
        ...given({ stdin, workingDirectory: flags.cwd }),
        ...(flags.json ? {} : { onOutput: (stream, bytes) => sinks[stream].write(bytes) }),
      });
      for (const sink of Object.values(sinks)) sink.end();
      return result;
    },
    json: ({ exitCode, stdout, stderr, startedAt, endedAt }) => ({
      exitCode,
      stdout: stdout.bytes.toString(),
      stderr: stderr.bytes.toString(),
      startedAt,
      endedAt,
    }),
    exitCode: ({ exitCode }) => (flags.exitZero ? 0 : exitCode),
  });
}

function variable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw usage(`--env ${text}: give NAME=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function processes(): Command {
  const command = withGuests(new Command("ps"))
    .description("List the guest's processes (ListProcessesInGuest)")
    .action(async (options: unknown) => {
      await inGuests(read(guestFlagsSchema, options), {
        run: ({ vm, work }) => vm.programs.list(work),
        show: (found) =>
          table([["PID", "OWNER", "NAME"], ...found.map(({ pid, owner, name }) => [pid, owner, name])], [0]),
      });
    });
  return examples(command, "ps --vm web-1");
}

function kill(): Command {
  const command = withGuests(new Command("kill"))
    .description("End a process of the guest (TerminateProcessInGuest)")
    .argument("<pid>", "its number, as ps tells it")
    .action(async (pid: string, options: unknown) => {
      if (!/^[1-9]\d*$/.test(pid)) throw usage(`${pid} is no process id.`);
      await inGuests(read(guestFlagsSchema, options), {
        run: ({ vm, work }) => vm.programs.terminate(Number(pid), work),
      });
    });
  return examples(command, "kill 4711 --vm web-1");
}

function environment(): Command {
  const command = withGuests(new Command("env"))
    .description("Print environment variables of the login in the guest (ReadEnvironmentVariableInGuest)")
    .argument("[names...]", "default: all")
    .action(async (names: readonly string[], options: unknown) => {
      const flags: GuestFlags = read(guestFlagsSchema, options);
      await inGuests(flags, {
        run: async ({ vm, work }) => Object.fromEntries(await vm.programs.environment(names, work)),
        show: (found) =>
          Object.entries(found)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, value]) => printableName(`${name}=${value}`))
            .join("\n"),
        exitCode: (found) => (names.some((name) => found[name] === undefined) ? 1 : 0),
      });
    });
  return examples(command, "env PATH HOME --vm web-1");
}
