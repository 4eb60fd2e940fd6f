import type { Interceptor } from "../soap-call";

export interface KeepAliveOptions {
  readonly intervalMs: number;
  /** Touches the session. */
  readonly ping: () => Promise<unknown>;
  /** Nothing was done for a whole interval: give the session back. */
  readonly release: () => Promise<unknown>;
}

/**
 * Holds a session open while work goes on and gives it back when there is none. Servers drop a session after about 30
 * minutes without a call (docs/reference/protocol.md#sessions), which a long transfer can exceed; idle sessions are
 * scarce there.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: NodeJS.Timeout | undefined;
  #running = 0;
  #usedSinceTick = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  readonly interceptor: Interceptor = (next) => async (call, options) => {
    const done = this.hold();
    try {
      return await next(call, options);
    } finally {
      done();
    }
  };

  /** Counts as work until the returned function is called. */
  hold(): () => void {
    this.#running++;
    this.#usedSinceTick = true;
    this.#timer ??= setInterval(() => this.#tick(), this.#options.intervalMs).unref();
    let held = true;
    return () => {
      if (held) this.#running--;
      held = false;
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const busy = this.#running > 0 || this.#usedSinceTick;
    this.#usedSinceTick = false;
    if (!busy) this.stop();
    // A lost session is noticed, and opened again, by the next real call.
    (busy ? this.#options.ping() : this.#options.release()).catch(() => {});
  }
}
