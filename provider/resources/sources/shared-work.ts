import { expectManyListeners, follow } from "../../operation/abort";

/**
 * Work on this machine that several resources of a process ask for under one key: done once, and given up when the last of
 * those who wait has left. What came of it is kept; a failure is not.
 */
export class SharedWork<T> {
  readonly #known = new Map<string, Underway<T>>();

  /** Starts the work or joins it. Rejects with the signal's cancellation as soon as that is aborted. */
  do(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const work = this.#known.get(key) ?? this.#begin(key, start);
    work.join(signal);
    return follow(work.result, signal);
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Underway<T> {
    const forget = () => {
      if (this.#known.get(key) === work) this.#known.delete(key);
    };
    const work = new Underway(start, forget);
    this.#known.set(key, work);
    return work;
  }
}

class Underway<T> {
  readonly result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<AbortSignal>();
  readonly #forget: () => void;

  constructor(start: (signal: AbortSignal) => Promise<T>, forget: () => void) {
    this.#forget = forget;
    expectManyListeners(this.#controller.signal);
    this.result = start(this.#controller.signal).finally(() => this.#letGo());
    this.result.catch(forget);
  }

  join(signal: AbortSignal): void {
    if (this.#waiting.has(signal)) return;
    this.#waiting.add(signal);
    expectManyListeners(signal);
    signal.addEventListener("abort", this.#leave);
    if (signal.aborted) this.#leave();
  }

  readonly #leave = () => {
    const left = [...this.#waiting].filter(({ aborted }) => aborted);
    for (const signal of left) this.#waiting.delete(signal);
    if (this.#waiting.size > 0) return;
    this.#forget();
    this.#controller.abort(left[0]?.reason);
  };

  #letGo(): void {
    for (const signal of this.#waiting) signal.removeEventListener("abort", this.#leave);
  }
}
