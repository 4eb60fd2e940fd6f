import { setMaxListeners } from "node:events";
import { GuestError } from "../errors/guest-error";

/**
 * How work ends before its time. All that waits in this package does so through these functions: Node's own waiting
 * (`timers/promises`, streams with a signal) ends with a bare AbortError, which tells nobody what happened.
 */

/** Many calls wait on one signal; Node takes more than ten listeners for a leak and warns. */
export function expectManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/**
 * Why an aborted signal ends the work: its reason where that is an error of ours, TIMED_OUT for AbortSignal.timeout,
 * else CANCELLED.
 */
export function cancellation(signal: AbortSignal): GuestError {
  const reason: unknown = signal.reason;
  if (reason instanceof GuestError) return reason;
  return (reason as { readonly name?: unknown } | undefined)?.name === "TimeoutError"
    ? new GuestError(
        "TIMED_OUT",
        "The time given to this operation is over. Raise timeoutSeconds if it needs longer.",
        {
          cause: reason,
        },
      )
    : new GuestError("CANCELLED", "The operation was cancelled.", { cause: reason });
}

/** The reason of an end that nobody will hear of: whoever asked for the work is gone, and what comes out of it is lost. */
export class Abandonment extends GuestError {
  constructor(text: string) {
    super("CANCELLED", text);
  }
}

/** True when the signal was aborted since nobody is there any more to take what comes out of the work. */
export function isAbandoned(signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  for (let at: unknown = signal.reason; at instanceof Error; at = at.cause) if (at instanceof Abandonment) return true;
  return false;
}

/** For steps between which work may end: `AbortSignal.throwIfAborted` with the signal's cancellation. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancellation(signal);
}

/** Waits; rejects with the signal's cancellation as soon as it is aborted. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = () => new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return abortable(elapsed, signal).finally(() => clearTimeout(timer));
}

/**
 * Follows work that others share: leaves it alone, but stops waiting when the signal is aborted. That is the reason to
 * fail with then, whatever the work makes of it.
 */
export function follow<T>(shared: Promise<T>, signal?: AbortSignal): Promise<T> {
  return abortable(() => shared, signal);
}

/** Waits for work that was given the signal and ends by itself when it is aborted, with the signal's cancellation then. */
export async function endedBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw signal.aborted ? cancellation(signal) : error;
  }
}

function abortable<T>(start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return start();
  expectManyListeners(signal);
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancellation(signal));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    start()
      .then(resolve, (error: unknown) => reject(signal.aborted ? cancellation(signal) : (error as Error)))
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
