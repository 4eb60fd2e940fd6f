import { GuestError } from "../../errors/guest-error";
import type { Guest, ProgramSpec } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import type { Command, CommandInput, NamedCommand } from "./command-schema";
import { type DecodedResult, decodeResult } from "./code-page";
import { isAccepted } from "./exit-code";
import { transferOf } from "../../vocabulary/inputs";
import { asOtherUser } from "../../guest/programs/posix/other-account";
import { otherAccountOf } from "./run-as-schema";
import { runKeyOf } from "./run-key";
import { type GuestProgramRunInputs, type GuestProgramRunTask, outputSources } from "./schema";
import { given } from "../../values/given";

const defaultOutputLimitBytes = 1024 * 1024;
const shownErrorBytes = 2_000;

/** The command for a create: `program`, `script` or `create`. */
export function createCommand(want: GuestProgramRunInputs): NamedCommand {
  if (want.create !== undefined) return { input: "create", command: want.create };
  if (want.script !== undefined) {
    const interpreter = given({ interpreter: want.interpreter });
    return { input: "script", command: { script: want.script, ...interpreter } };
  }
  return { input: "program", command: { program: want.program ?? "", arguments: want.arguments ?? [] } };
}

/**
 * Runs one of the resource's commands with its environment, directory and input, whatever the exit code. What an
 * interrupted deploy has started is waited for, not run again.
 */
export async function execute(
  task: GuestProgramRunTask,
  run: NamedCommand,
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<DecodedResult> {
  const { guest, want, op } = task;
  const { input, command } = run;
  requireNoSecretArguments(input, command, op);
  const environment = { ...want.environment, ...extraEnvironment };
  const spec: ProgramSpec = {
    command: programOf(command),
    ...given({ workingDirectory: want.workingDirectory }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    environmentMode: want.environmentMode ?? "merge",
    ...given({ stdin: want.stdin, timeoutSeconds: want.timeoutSeconds }),
    outputLimitBytes: want.outputLimitBytes ?? defaultOutputLimitBytes,
    ...transferOf(want),
    secret: {
      script: op.secretInputs.has(input),
      environment: op.secretInputs.has("environment") || (hidesOutput(op) && Object.keys(extraEnvironment).length > 0),
      stdin: op.secretInputs.has("stdin"),
    },
    ...(input === "unless" || input === "onlyIf"
      ? { readsOnly: true }
      : { runKey: await runKeyOf(task, run, environment) }),
  };
  const { runAs, runAsPassword } = want;
  const asked = runAs === undefined ? spec : asOtherUser(guest, spec, otherAccountOf(runAs, runAsPassword));
  return decodeResult(task, await guest.programs.run(asked, op));
}

/** True when outputs may repeat a secret: they are not shown then. */
export function hidesOutput(op: Operation): boolean {
  return outputSources.some((input) => op.secretInputs.has(input));
}

/** Passes a result whose exit code is accepted; anything else is PROGRAM_FAILED with the end of stderr. */
export function requireSuccess(
  { guest, want, op }: GuestProgramRunTask,
  run: NamedCommand,
  result: DecodedResult,
): void {
  if (isAccepted(want, result)) return;
  const accepted = [...(want.successExitCodes ?? [0]), ...(want.rebootExitCodes ?? [])];
  const hidden = hidesOutput(op);
  const said = hidden ? "" : tail(result.stderr.text || result.stdout.text);
  throw new GuestError(
    "PROGRAM_FAILED",
    `${guest.vm.name}: ${describeCommand(run)} ended with exit code ${result.exitCode}${signalOf(result.exitCode)}, ` +
      `accepted ${accepted.length === 1 ? "is" : "are"} ${accepted.join(", ")}.` +
      (said === ""
        ? hidden
          ? " Its output is not shown, since inputs are secret."
          : " It wrote nothing."
        : ` It wrote:\n${said}`) +
      elevationHint(guest, result),
  );
}

function requireNoSecretArguments(input: CommandInput, command: Command, op: Operation): void {
  if (typeof command === "string" || !("program" in command) || !op.secretInputs.has(input)) return;
  throw new GuestError(
    "INVALID_INPUT",
    `${input}: its program or arguments hold a secret, and every process in the guest can see them. ` +
      "Give it by stdin, environment or a script instead.",
  );
}

function programOf(command: Command): ProgramSpec["command"] {
  if (typeof command === "string") return { script: command };
  if ("program" in command) return { program: command.program, arguments: command.arguments ?? [] };
  return command.interpreter === undefined
    ? { script: command.script }
    : { script: command.script, interpreter: command.interpreter };
}

/** Names a command without its arguments or text, which may be secret. */
function describeCommand({ input, command }: NamedCommand): string {
  if (typeof command === "object" && "program" in command)
    return `${command.program}${input === "program" ? "" : ` (${input})`}`;
  return input === "script" ? "the script" : `the ${input} command`;
}

/** ERROR_ACCESS_DENIED and ERROR_ELEVATION_REQUIRED, and what programs write that met them. */
const deniedExitCodes: readonly number[] = [5, 740];
const deniedWords = /access is denied|requires elevation/i;

/** Programs that Windows does not let do their work for want of elevation say so in many ways, none of which names it. */
function elevationHint(guest: Guest, { exitCode, stdout, stderr }: DecodedResult): string {
  if (guest.family !== "windows") return "";
  if (!deniedExitCodes.includes(exitCode) && !deniedWords.test(`${stderr.text}${stdout.text}`)) return "";
  return (
    "\nThe guest login may not be elevated: UAC lets only the built-in Administrator's programs act as administrator. " +
    "Use that login; a GuestEnvCheck with `elevated: true` tells beforehand."
  );
}

function signalOf(exitCode: number): string {
  return exitCode > 128 && exitCode < 160 ? ` (ended by signal ${exitCode - 128}, or its own)` : "";
}

function tail(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.length > shownErrorBytes ? `…${trimmed.slice(-shownErrorBytes)}` : trimmed;
}
