import { GuestError, hasCode } from "../errors/guest-error";
import { cancellation, follow } from "../operation/abort";
import { limitOperation } from "../operation/deadline";
import type { Operation } from "../operation/operation";
import { Pauses } from "../operation/pauses";
import type { VCenterConnection } from "./connection";

/** A pause this long is worth a line to the user. */
const toldPauseMs = 1_000;

/**
 * Waits for what a server is asked (`ask` may be shared with others, and is repeated). A server that answered before, and
 * does not now, may be restarting: work asks again until its deadline, a look gives up after its patience, and at once
 * where another has waited in vain. `what` says in errors what was asked for.
 */
export async function askServer<T>(
  server: Pick<VCenterConnection, "where" | "silence" | "hasAnswered">,
  what: () => string,
  op: Operation,
  ask: () => Promise<T>,
): Promise<T> {
  const pauses = new Pauses({ firstMs: 500, longestMs: 5_000 });
  let last: unknown;
  op.waitsFor?.(() => `${what()} on ${server.where}`);
  for (;;) {
    const limited = limitAnswer(server, what, op);
    try {
      return await follow(ask(), limited.op.signal);
    } catch (error) {
      if (op.signal.aborted) throw notDone(what, op, last);
      if (limited.op.signal.aborted) server.silence.begin();
      const mayComeBack = hasCode(error, "VCENTER_UNREACHABLE") && server.hasAnswered && op.patienceMs === undefined;
      if (!mayComeBack || !pauses.fitBefore(op.deadlineMs)) throw error;
      last = error;
      if (pauses.nextMs === toldPauseMs) op.log.info(`${what()}: waiting for ${server.where}. ${wordsOf(error)}`);
      await pauses.pass(op.signal);
    } finally {
      limited.release();
    }
  }
}

function limitAnswer(
  { silence, where }: Pick<VCenterConnection, "silence" | "where">,
  what: () => string,
  op: Operation,
) {
  const limitMs = silence.answerLimitMs(op);
  const seconds = limitMs === undefined ? undefined : limitMs / 1000;
  return limitOperation(
    op,
    seconds,
    () => new GuestError("TIMED_OUT", `${what()}: ${where} gave no answer within ${seconds} s.`),
  );
}

function notDone(what: () => string, op: Operation, last: unknown): GuestError {
  const cause = cancellation(op.signal);
  const answer = last === undefined ? "" : ` The last answer was: ${wordsOf(last)}`;
  const told = cause.message.includes(what()) ? cause.message : `${what()} did not end: ${cause.message}`;
  return new GuestError(cause.code, `${told}${answer}`, { cause });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
