import { GuestError } from "../../../errors/guest-error";
import { Pauses } from "../../../operation/pauses";
import type { GuestCalls } from "../../calls/guest-calls";
import { inBandExitCodes } from "./scripts";
import type { Operation } from "../../../operation/operation";
import { quoteAllForShell } from "../../paths/quoting-posix";
import { answerWasLost, reasonOf } from "../../calls/request-outcome";

/** Tools tell the end of a program with the next whole second. */
const firstProcessLookMs = 1_500;
const attempts = 3;

/**
 * Runs a script that may run twice, until `look` gives something: what it was for, seen in the guest. It runs again
 * when its answer was lost, or when it is gone without a result (Tools or the guest restarted).
 */
export async function runInBand<T>(
  calls: GuestCalls,
  step: { readonly path: string; readonly script: string; readonly parameters: readonly string[] },
  look: () => Promise<T | undefined>,
  op: Operation,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const pid = await startScript(calls, step.script, step.parameters, op);
      return await resultOf(calls, pid, step.path, look, op);
    } catch (error) {
      const mayRepeat = answerWasLost(error) || (error instanceof GuestError && error.retryable);
      if (!mayRepeat || attempt === attempts || op.signal.aborted || Date.now() >= op.deadlineMs) throw error;
      op.log.debug(`${calls.vm.name} ${step.path}: a piece is sent again: ${reasonOf(error)}`);
    }
  }
}

async function startScript(
  calls: GuestCalls,
  script: string,
  parameters: readonly string[],
  op: Operation,
): Promise<number> {
  const start = { programPath: "/bin/sh", arguments: quoteAllForShell(["-c", script, "sh", ...parameters]) };
  return calls.startProgramInGuest(start, op);
}

async function resultOf<T>(
  calls: GuestCalls,
  pid: number,
  path: string,
  look: () => Promise<T | undefined>,
  op: Operation,
): Promise<T> {
  let lookAtProcessMs = Date.now() + firstProcessLookMs;
  const pauses = new Pauses({ firstMs: 20, longestMs: 1_000, growth: 1.6 });
  for (;;) {
    await pauses.pass(op.signal);
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() < lookAtProcessMs) continue;
    lookAtProcessMs = Date.now() + firstProcessLookMs;
    const [process] = await calls.listProcessesInGuest([pid], op);
    if (process !== undefined && process.endTime === undefined) continue;
    // It may have done its work since the last look.
    return (await look()) ?? fail(calls, path, process?.exitCode);
  }
}

function fail(calls: GuestCalls, path: string, exitCode: number | undefined): never {
  const where = `${calls.vm.name} ${path}`;
  const meaning = inBandExitCodes[exitCode ?? -1];
  if (meaning !== undefined) throw new GuestError(meaning.code, `${where}: ${meaning.reason}.`);
  const text = "the transfer through vCenter ended without a result: its shell was killed, or the guest was restarted";
  const code = exitCode === undefined ? "its exit code is not known" : `exit code ${exitCode}`;
  throw new GuestError("TRANSFER_FAILED", `${where}: ${text} (${code}).`, { retryable: true });
}
