import type { Operation } from "./operation";

/** How long a look waits for those who are known not to answer: long enough for a request, no more. */
const knownSilenceMs = 1_000;

/**
 * Whether a server, or a machine, was waited for in vain. What one look has learned so holds for all others of the
 * operation: they ask, but do not wait. Any answer ends it.
 */
export class Silence {
  #isKnown = false;

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Somebody has waited in vain. */
  begin(): void {
    this.#isKnown = true;
  }

  /** An answer has come. */
  end(): void {
    this.#isKnown = false;
  }

  /** How long one request of this operation may wait for its answer; undefined: as long as the operation lasts. */
  answerLimitMs({ patienceMs }: Operation): number | undefined {
    return patienceMs !== undefined && this.#isKnown ? Math.min(knownSilenceMs, patienceMs) : patienceMs;
  }
}
