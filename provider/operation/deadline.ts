import { GuestError } from "../errors/guest-error";
import type { Operation } from "./operation";

/** What a timer can hold. */
const longestTimerMs = 2 ** 31 - 1;

/** An operation that several callers wait for; `end` lets go of their signals. */
export interface SharedOperation {
  readonly op: Operation;
  end(): void;
}

/**
 * The operation of a request that several callers wait for: it ends when the last of them has left, and lasts as long
 * as the most patient one. Progress goes to the first.
 */
export function shareOperation(waiting: readonly [Operation, ...Operation[]]): SharedOperation {
  const controller = new AbortController();
  const staying = new Set(waiting);
  const leave = () => {
    for (const op of staying) if (op.signal.aborted) staying.delete(op);
    if (staying.size === 0) controller.abort(waiting[0].signal.reason);
  };
  for (const { signal } of waiting) signal.addEventListener("abort", leave);
  leave();
  return {
    op: {
      signal: controller.signal,
      deadlineMs: Math.max(...waiting.map((op) => op.deadlineMs)),
      log: waiting[0].log,
      secretInputs: new Set(waiting.flatMap((op) => [...op.secretInputs])),
    },
    end: () => waiting.forEach(({ signal }) => signal.removeEventListener("abort", leave)),
  };
}

/**
 * Waits for `work` no longer than `op` lasts; the work itself goes on for others. When `op` ends, that is the reason to
 * fail with, whatever the work made of it.
 */
export async function whileLasting<T>(op: Operation, work: Promise<T>): Promise<T> {
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(interruption(op));
    op.signal.addEventListener("abort", leave, { once: true });
    if (op.signal.aborted) leave();
  });
  try {
    return await Promise.race([work, left]);
  } catch (error) {
    throw op.signal.aborted ? interruption(op) : error;
  } finally {
    op.signal.removeEventListener("abort", leave);
  }
}

/** Why an aborted operation ended, as an error. */
export function interruption(op: Operation): GuestError {
  const reason: unknown = op.signal.reason;
  if (reason instanceof GuestError) return reason;
  const timedOut = (reason as { name?: unknown } | undefined)?.name === "TimeoutError" || Date.now() >= op.deadlineMs;
  return timedOut
    ? new GuestError(
        "TIMED_OUT",
        "The time given to this operation is over. Raise timeoutSeconds if it needs longer.",
        {
          cause: reason,
        },
      )
    : new GuestError("CANCELLED", "The operation was cancelled.", { cause: reason });
}

/** An operation for tidying up after another one, which its cancellation or timeout does not end. */
export function cleanupOperation(op: Operation, limitSeconds = 15): Operation {
  const limitMs = limitSeconds * 1000;
  return { ...op, signal: AbortSignal.timeout(limitMs), deadlineMs: Date.now() + limitMs };
}

/** The same operation with an end of its own: after `seconds` it ends with `reason`. `release` stops the clock. */
export function limitOperation(
  op: Operation,
  seconds: number | undefined,
  reason: () => GuestError,
): { readonly op: Operation; release(): void } {
  if (seconds === undefined) return { op, release: () => {} };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason()), Math.min(seconds * 1000, longestTimerMs));
  const signal = AbortSignal.any([op.signal, controller.signal]);
  const deadlineMs = Math.min(op.deadlineMs, Date.now() + seconds * 1000);
  return { op: { ...op, signal, deadlineMs }, release: () => clearTimeout(timer) };
}

/** For a request whose outcome has to be known: the end of `op` ends it only after so many seconds. */
export function withGrace(op: Operation, graceSeconds: number): { readonly op: Operation; release(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    timer = setTimeout(() => controller.abort(op.signal.reason), graceSeconds * 1000);
  };
  if (op.signal.aborted) end();
  else op.signal.addEventListener("abort", end, { once: true });
  const release = () => {
    op.signal.removeEventListener("abort", end);
    clearTimeout(timer);
  };
  return { op: { ...op, signal: controller.signal }, release };
}
