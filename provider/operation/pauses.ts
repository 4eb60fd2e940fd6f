import { delay } from "./abort";

export interface PausesOptions {
  readonly firstMs: number;
  /** Default: they grow without end. */
  readonly longestMs?: number;
  /** How much longer each is than the one before. Default 2. */
  readonly growth?: number;
}

/** The pauses between attempts, or between looks: each longer than the one before, up to a longest. */
export class Pauses {
  readonly #options: PausesOptions;
  #nextMs: number;

  constructor(options: PausesOptions) {
    this.#options = options;
    this.#nextMs = options.firstMs;
  }

  /** Length of the next one. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** True when the next one is over before this time (epoch milliseconds). */
  fitBefore(deadlineMs: number): boolean {
    return Date.now() + this.#nextMs <= deadlineMs;
  }

  /** Lets the next one pass, of at most `atMostMs`; rejects with the signal's cancellation when it is aborted. */
  pass(signal: AbortSignal | undefined, atMostMs = Infinity): Promise<void> {
    return delay(Math.min(this.take(), atMostMs), signal);
  }

  /** Length of the next one, for those who wait by themselves: it counts as passed. */
  take(): number {
    const { longestMs = Infinity, growth = 2 } = this.#options;
    const takenMs = this.#nextMs;
    this.#nextMs = Math.min(takenMs * growth, longestMs);
    return takenMs;
  }

  /** Begins with the first one again. */
  restart(): void {
    this.#nextMs = this.#options.firstMs;
  }
}
