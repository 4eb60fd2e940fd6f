import { setMaxListeners } from "node:events";
import { GuestError } from "../errors/guest-error";

/** Many calls wait on one signal; Node takes more than ten listeners for a leak and warns. */
export function expectManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/** Waits; rejects with CANCELLED as soon as the signal is aborted. */
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

/** Follows a promise that others share; leaves it alone, but stops waiting with CANCELLED when the signal is aborted. */
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
      reject(new GuestError("CANCELLED", "The operation was cancelled.", { cause: signal.reason }));
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    start((cleaner) => (clean = cleaner))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
