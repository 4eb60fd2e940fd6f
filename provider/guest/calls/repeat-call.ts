import { GuestError, hasCode } from "../../errors/guest-error";
import { cancellation, delay } from "../../operation/abort";
import { Pauses } from "../../operation/pauses";
import type { CallOptions } from "../../soap/soap-call";
import { describeFailure, type GuestAction } from "./call-error";
import type { Operation } from "../../operation/operation";
import { answerWasLost } from "./request-outcome";
import type { OperationQueue } from "./operation-queue";

/** How long a guest that was ready may be silent (restart of Tools, reboot) before a call gives up on it. */
const silenceMs = 20_000;

/**
 * A guest that has just booted for the first time may refuse every login until its accounts are set up. A few times
 * only: refused logins can lock an account.
 */
const settlingLogins = 3;
const settlingPauseMs = 3_000;

/**
 * Sends one guest operation through the VM's queue and repeats it, with growing pauses, while nothing happened and
 * `op.deadlineMs` allows: a busy VM until then, silent Tools for some seconds
 * (docs/reference/faults.md#which-pass-by-themselves).
 */
export async function performInGuest<T>(
  action: GuestAction,
  queue: OperationQueue,
  op: Operation,
  send: (call: CallOptions) => Promise<T>,
  isSettling: () => boolean = () => false,
): Promise<T> {
  let failedFirstMs: number | undefined;
  let loginsLeft = settlingLogins;
  const pauses = new Pauses({ firstMs: 125, longestMs: 5_000 });
  for (;;) {
    try {
      return await queue.run(() => send({ signal: op.signal }), op.signal);
    } catch (error) {
      if (hasCode(error, "GUEST_LOGIN_FAILED") && isSettling() && loginsLeft > 0) {
        loginsLeft -= 1;
        op.log.info(
          `VM "${action.vm.name}" has just booted and refuses the login of ${action.guestUser}; trying again.`,
        );
        await delay(settlingPauseMs, op.signal);
        continue;
      }
      failedFirstMs ??= Date.now();
      if (!pauses.fitBefore(giveUpAtMs(error, failedFirstMs, op))) throw explained(action, error, op);
      if (pauses.nextMs === 1_000)
        op.log.info(`VM "${action.vm.name}" is busy or not answering; ${action.method} waits.`);
      await pauses.pass(op.signal);
    }
  }
}

function giveUpAtMs(error: unknown, failedFirstMs: number, op: Operation): number {
  if (!(error instanceof GuestError) || !error.retryable || error.fault === undefined) return 0;
  return error.code === "VM_NOT_READY" ? Math.min(failedFirstMs + silenceMs, op.deadlineMs) : op.deadlineMs;
}

function explained(action: GuestAction, error: unknown, op: Operation): unknown {
  if (!op.signal.aborted) return describeFailure(action, error);
  const cause = cancellation(op.signal);
  const { method, vm } = action;
  return new GuestError(cause.code, `${method} in VM "${vm.name}" (${vm.moid}) did not end: ${cause.message}`, {
    cause,
  });
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
