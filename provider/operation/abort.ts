import { setMaxListeners } from "node:events";
import { GuestError } from "../errors/guest-error";

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
    ? new GuestError("TIMED_OUT", "The time given to this operation is over.", { cause: reason })
    : new GuestError("CANCELLED", "The operation was cancelled.", { cause: reason });
}

/** Waits; rejects with the signal's cancellation as soon as it is aborted. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return abortable(
    (onAbort) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        onAbort(() => clearTimeout(timer));
      }),
    signal,
  );
}

/** Follows a promise that others share; leaves it alone, but stops waiting when the signal is aborted. */
export function follow<T>(shared: Promise<T>, signal?: AbortSignal): Promise<T> {
  return abortable(() => shared, signal);
}

function abortable<T>(start: (onAbort: (clean: () => void) => void) => Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return start(() => {});
  expectManyListeners(signal);
  return new Promise((resolve, reject) => {
    let clean = () => {};
    const abort = () => {
      clean();
      reject(cancellation(signal));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    start((cleaner) => (clean = cleaner))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
