import { Transform } from "node:stream";

/** Ends a transfer through which nothing has flowed for a while. */
export class IdleWatch {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number, reason: () => Error) {
    this.#timer = setTimeout(() => this.#controller.abort(reason()), idleMs);
  }

  /** Aborted when the transfer stands still; the reason says so. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A stream to send the bytes through: each chunk counts as life. */
  meter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        this.touch();
        done(null, chunk);
      },
    });
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
