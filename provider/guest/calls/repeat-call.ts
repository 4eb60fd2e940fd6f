import { GuestError, hasCode } from "../../errors/guest-error";
import { limitOperation } from "../../operation/deadline";
import type { Operation } from "../../operation/operation";
import type { Silence } from "../../operation/silence";
import type { CallOptions } from "../../soap/soap-call";
import { describeAction, type GuestAction } from "./call-error";
import { CallAttempts, type MachineWatch } from "./call-attempts";
import type { GuestLogin } from "./guest-login";
import type { OperationQueue } from "./operation-queue";
import { answerWasLost } from "./request-outcome";

/** What a call goes through, and who tells why it does not get through. */
export interface CallPath extends MachineWatch {
  readonly queue: OperationQueue;
  readonly login: GuestLogin;
}

/**
 * Sends one guest operation under its login through the VM's queue and repeats it, with growing pauses, while nothing
 * happened and `op` allows (docs/decisions/what-is-repeated.md).
 */
export async function performInGuest<T>(
  action: GuestAction,
  path: CallPath,
  op: Operation,
  send: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const { queue, login, silence } = path;
  const attempts = new CallAttempts(action, path, op);
  op.waitsFor?.(() => describeAction(action));
  const again = () =>
    op.log.info(`VM "${action.vm.name}" may be booting and refuses the login of ${action.guestUser}; trying again.`);
  for (;;) {
    try {
      const answer = await login.send(queue, () => withinPatience(op, silence, send), op, again);
      silence.end();
      return answer;
    } catch (error) {
      await attempts.pauseAfter(error);
    }
  }
}

/** A look does not wait for one answer as long as for the whole of what it looks at. */
async function withinPatience<T>(op: Operation, silence: Silence, send: (call: CallOptions) => Promise<T>): Promise<T> {
  const limitMs = silence.answerLimitMs(op);
  if (limitMs === undefined) return send({ signal: op.signal });
  const noAnswer = () => new GuestError("TIMED_OUT", `there was no answer within ${limitMs / 1000} s.`);
  const limited = limitOperation(op, limitMs / 1000, noAnswer);
  try {
    return await send({ signal: limited.op.signal });
  } catch (error) {
    if (limited.op.signal.aborted && !op.signal.aborted) silence.begin();
    throw error;
  } finally {
    limited.release();
  }
}

/**
 * A removal, which is repeated also when its answer was lost: that the thing is gone then means that the lost call,
 * or someone else, removed it.
 */
export async function removeInGuest(send: () => Promise<void>, gone: "PATH_NOT_FOUND" | "PROCESS_NOT_FOUND") {
  try {
    return await send();
  } catch (error) {
    if (!answerWasLost(error)) throw error;
  }
  try {
    await send();
  } catch (error) {
    if (!hasCode(error, gone)) throw error;
  }
}
