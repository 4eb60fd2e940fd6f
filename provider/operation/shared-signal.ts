import { expectManyListeners } from "./abort";

/** The signal of work that several wait for: aborted when the last of them has left, for the reason of the first that came. */
export class SharedSignal {
  readonly #controller = new AbortController();
  readonly #joined: AbortSignal[] = [];
  readonly #staying = new Set<AbortSignal>();
  #isOver = false;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for the work too, all of these at once. */
  join(signals: readonly AbortSignal[]): void {
    if (this.#isOver) return;
    for (const signal of signals) {
      this.#joined.push(signal);
      this.#staying.add(signal);
      expectManyListeners(signal);
      signal.addEventListener("abort", this.#leave);
    }
    this.#leave();
  }

  /** The work is over: lets go of those who waited. */
  release(): void {
    this.#isOver = true;
    for (const signal of this.#joined) signal.removeEventListener("abort", this.#leave);
  }

  readonly #leave = () => {
    for (const signal of this.#staying) if (signal.aborted) this.#staying.delete(signal);
    if (this.#staying.size === 0) this.#controller.abort(this.#joined[0]?.reason);
  };
}
