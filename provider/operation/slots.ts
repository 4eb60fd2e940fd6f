import { cancellation, expectManyListeners } from "./abort";

/** At most `limit` pieces of work at a time; the limit may change while work goes on. */
export class Slots {
  limit: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Runs `work` when a slot is free; rejects when the signal is aborted before. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      return await work();
    } finally {
      this.#taken--;
      this.#admit();
    }
  }

  #take(signal: AbortSignal): Promise<void> {
    expectManyListeners(signal);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(admitted), 1);
        reject(cancellation(signal));
      };
      const admitted = () => {
        signal.removeEventListener("abort", leave);
        this.#taken++;
        resolve();
      };
      this.#waiting.push(admitted);
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#taken < this.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }
}
