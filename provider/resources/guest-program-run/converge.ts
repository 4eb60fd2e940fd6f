import { GuestError } from "../../errors/guest-error";
import { delay } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import { ConvergeIncompleteError } from "../resource-kind";
import type { DecodedResult } from "./code-page";
import { createCommand, execute, hidesOutput, requireSuccess } from "./execute";
import { type NamedCommand } from "./command-schema";
import { isAccepted } from "./exit-code";
import { fetchLogs } from "./logs/fetch-logs";
import { askGuards } from "./guards";
import { throughReboot } from "./reboot";
import type { GuestProgramRunInputs, GuestProgramRunState, GuestProgramRunTask } from "./schema";
import { given } from "../../values/given";

const defaultRetryDelaySeconds = 5;

/** Runs the create or update command unless a guard says that it is not needed. */
export async function convergeGuestProgramRun(task: GuestProgramRunTask): Promise<GuestProgramRunState> {
  const { guest, want, op } = task;
  const before = stateBefore(task);
  const verdict = await askGuards(task, { fresh: true });
  if (verdict?.needed === false) {
    op.log.debug(`${guest.vm.name}: not run, since ${verdict.reason}`);
    return { ...before, succeeded: true, created: true };
  }
  const run = commandFor(want, before);
  try {
    const result = await attempt(task, run, before);
    if (result !== undefined) show(want, result, op);
    const ended = result === undefined ? stateAfterCutOff(before) : stateAfter(before, result);
    const logs = await fetchLogs(task).catch((error: unknown) => {
      throw new ConvergeIncompleteError(error as Error, ended);
    });
    const after = { ...ended, ...given({ logs }) };
    if (result !== undefined) requireSuccessOrKeep(task, run, result, after);
    return { ...after, succeeded: true, created: true };
  } catch (error) {
    if (error instanceof ConvergeIncompleteError) throw error;
    if (error instanceof GuestError && mayHaveRun(error))
      throw new ConvergeIncompleteError(error, { ...before, succeeded: false });
    throw error;
  }
}

/** Runs, and runs again as `retry` says while the exit code is not accepted. Undefined: a reboot cut the run off. */
async function attempt(
  task: GuestProgramRunTask,
  run: NamedCommand,
  before: GuestProgramRunState,
): Promise<DecodedResult | undefined> {
  const { guest, want, op } = task;
  const attempts = want.retry?.attempts ?? 1;
  for (let number = 1; ; number++) {
    const result = await throughReboot(task, () => execute(task, run));
    if (result === undefined || isAccepted(want, result) || number === attempts) return result;
    op.log.info(`${guest.vm.name}: attempt ${number} of ${attempts} ended with exit code ${result.exitCode}`);
    try {
      await delay((want.retry?.delaySeconds ?? defaultRetryDelaySeconds) * 1000, op.signal);
    } catch (error) {
      throw new ConvergeIncompleteError(error as Error, stateAfter(before, result));
    }
  }
}

function commandFor(want: GuestProgramRunInputs, before: GuestProgramRunState): NamedCommand {
  return want.update !== undefined && before.created ? { input: "update", command: want.update } : createCommand(want);
}

/** The record as it stands before the run: this program's inputs, the last run's outputs. */
function stateBefore({ guest, want, have }: GuestProgramRunTask): GuestProgramRunState {
  return {
    ...given({
      exitCode: have?.exitCode,
      startedAt: have?.startedAt,
      endedAt: have?.endedAt,
      stdoutBase64: have?.stdoutBase64,
      stderrBase64: have?.stderrBase64,
    }),
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    stdout: have?.stdout ?? "",
    stderr: have?.stderr ?? "",
    succeeded: have?.succeeded ?? false,
    created: have?.created ?? false,
  };
}

function stateAfter(before: GuestProgramRunState, result: DecodedResult): GuestProgramRunState {
  const { stdoutBase64: _stdout, stderrBase64: _stderr, ...kept } = before;
  const { stdout, stderr } = result;
  return {
    ...kept,
    exitCode: result.exitCode,
    stdout: stdout.text,
    stderr: stderr.text,
    ...given({ stdoutBase64: stdout.base64, stderrBase64: stderr.base64 }),
    startedAt: result.startedAt.toISOString(),
    endedAt: result.endedAt.toISOString(),
    succeeded: false,
  };
}

/** Of a run that a reboot has cut off nothing is known. */
function stateAfterCutOff(before: GuestProgramRunState): GuestProgramRunState {
  const { exitCode: _code, startedAt: _start, endedAt: _end, stdoutBase64: _out, stderrBase64: _err, ...kept } = before;
  return { ...kept, stdout: "", stderr: "" };
}

function requireSuccessOrKeep(
  task: GuestProgramRunTask,
  run: NamedCommand,
  result: DecodedResult,
  after: GuestProgramRunState,
): void {
  try {
    requireSuccess(task, run, result);
  } catch (error) {
    throw new ConvergeIncompleteError(error as Error, after);
  }
}

/** A run that was started and did not come to its end has had effects: the record must say so. */
function mayHaveRun(error: GuestError): boolean {
  return error.code === "TIMED_OUT" || error.code === "CANCELLED";
}

function show(want: GuestProgramRunInputs, result: DecodedResult, op: Operation): void {
  if (hidesOutput(op)) return;
  const logging = want.logging ?? "none";
  if (logging === "stdout" || logging === "stdoutAndStderr") logLines(result.stdout.text, op);
  if (logging === "stderr" || logging === "stdoutAndStderr") logLines(result.stderr.text, op);
}

function logLines(text: string, op: Operation): void {
  if (text !== "") op.log.info(text);
}
