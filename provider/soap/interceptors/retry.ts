import { GuestError } from "../../errors/guest-error";
import type { Interceptor } from "../soap-call";
import { Pauses } from "../../operation/pauses";

export interface RetryOptions {
  /** Longest time to go on after the first failure; 0: it is reported at once. */
  readonly budgetMs: () => number;
}

/**
 * Repeats calls that failed on the way: not sent, refused by the proxy (503), or unanswered and safe to repeat.
 * Faults are answers and pass through.
 */
export function retryTransport({ budgetMs }: RetryOptions): Interceptor {
  return (next) => async (call, options) => {
    let giveUpAtMs: number | undefined;
    const pauses = new Pauses({ firstMs: 125, longestMs: 5_000 });
    for (;;) {
      try {
        return await next(call, options);
      } catch (error) {
        if (!isTransportFailure(error)) throw error;
        giveUpAtMs ??= Date.now() + budgetMs();
        if (!pauses.fitBefore(giveUpAtMs)) throw error;
        await pauses.pass(options.signal);
      }
    }
  };
}

function isTransportFailure(error: unknown): boolean {
  return error instanceof GuestError && error.retryable && error.code === "VCENTER_UNREACHABLE";
}
