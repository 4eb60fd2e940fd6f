import type { GuestError } from "../errors/guest-error";
import { cancellation } from "./abort";
import type { Operation } from "./operation";

/** What a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

/** An operation made of another one; `release` stops its clock and lets go of the other's signal. */
export interface LimitedOperation {
  readonly op: Operation;
  readonly release: () => void;
}

/**
 * The same operation with an end of its own. After `seconds` it makes no new attempts (`deadlineMs`); after
 * `graceSeconds` more, in which work may end by itself and say why, it is aborted with `reason`. When the other one is cancelled,
 * so is this, with the error that `cancelled` makes of that: one that names this work.
 */
export function limitOperation(
  op: Operation,
  seconds: number | undefined,
  reason: () => GuestError,
  {
    graceSeconds = 0,
    cancelled = (cause) => cause,
  }: { readonly graceSeconds?: number; readonly cancelled?: (cause: GuestError) => GuestError } = {},
): LimitedOperation {
  const controller = new AbortController();
  const timer =
    seconds === undefined
      ? undefined
      : setTimeout(() => controller.abort(reason()), Math.min((seconds + graceSeconds) * 1000, longestTimerMs));
  const letGo = passOn(op.signal, () => {
    const cause = cancellation(op.signal);
    controller.abort(cause.code === "CANCELLED" ? cancelled(cause) : cause);
  });
  const deadlineMs = Math.min(op.deadlineMs, Date.now() + (seconds ?? Infinity) * 1000);
  const release = () => {
    clearTimeout(timer);
    letGo();
  };
  return { op: { ...op, signal: controller.signal, deadlineMs }, release };
}

/** For a request whose outcome has to be known: the end of `op` ends it only after so many seconds. */
export function withGrace(op: Operation, graceSeconds: number): LimitedOperation {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const letGo = passOn(op.signal, () => {
    timer = setTimeout(() => controller.abort(op.signal.reason), graceSeconds * 1000);
  });
  const release = () => {
    letGo();
    clearTimeout(timer);
  };
  return { op: { ...op, signal: controller.signal }, release };
}

/** An operation for tidying up after another one, which its cancellation or timeout does not end. */
export function cleanupOperation(op: Operation, limitSeconds = 15): Operation {
  const limitMs = limitSeconds * 1000;
  return { ...op, signal: AbortSignal.timeout(limitMs), deadlineMs: Date.now() + limitMs };
}

/** Does `then` once the signal is aborted, or now if it is already, until the returned function is called. */
function passOn(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) then();
  else signal.addEventListener("abort", then, { once: true });
  return () => signal.removeEventListener("abort", then);
}
