import { GuestError } from "../../errors/guest-error";
import type { Interceptor } from "../soap-call";
import { Pauses } from "../../operation/pauses";
import type { Silence } from "../../operation/silence";

export interface RetryOptions {
  /** Longest time to go on after the first failure; 0: it is reported at once. */
  readonly budgetMs: () => number;
  /** Learns of what was waited for in vain, and of every answer. While it is known, nothing is repeated. */
  readonly silence: Silence;
}

/**
 * Repeats calls that failed on the way: not sent, refused by the proxy (503), or unanswered and safe to repeat.
 * Faults are answers and pass through.
 */
export function retryTransport({ budgetMs, silence }: RetryOptions): Interceptor {
  return (next) => async (call, options) => {
    let giveUpAtMs: number | undefined;
    const pauses = new Pauses({ firstMs: 125, longestMs: 5_000 });
    for (;;) {
      try {
        const answer = await next(call, options);
        silence.end();
        return answer;
      } catch (error) {
        if (error instanceof GuestError && error.fault !== undefined) silence.end();
        if (!isTransportFailure(error)) throw error;
        giveUpAtMs ??= Date.now() + (silence.isKnown ? 0 : budgetMs());
        if (!pauses.fitBefore(giveUpAtMs)) {
          silence.begin();
          throw error;
        }
        await pauses.pass(options.signal);
      }
    }
  };
}

function isTransportFailure(error: unknown): boolean {
  return error instanceof GuestError && error.retryable && error.code === "VCENTER_UNREACHABLE";
}
