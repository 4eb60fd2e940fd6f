import { follow } from "../../operation/abort";
import { SharedSignal } from "../../operation/shared-signal";

interface Underway<T> {
  readonly waiting: SharedSignal;
  readonly result: Promise<T>;
}

/**
 * Work on this machine that several resources of a process ask for under one key: done once, and given up when the last of
 * those who wait has left. What came of it is kept; a failure is not.
 */
export class SharedWork<T> {
  readonly #known = new Map<string, Underway<T>>();

  /** Starts the work or joins it. Rejects with the signal's cancellation as soon as that is aborted. */
  do(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const work = this.#known.get(key) ?? this.#begin(key, start);
    work.waiting.join([signal]);
    return follow(work.result, signal);
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Underway<T> {
    const waiting = new SharedSignal();
    const work = { waiting, result: start(waiting.signal).finally(() => waiting.release()) };
    this.#known.set(key, work);
    const forget = () => {
      if (this.#known.get(key) === work) this.#known.delete(key);
    };
    // Who comes when it has been given up starts anew.
    waiting.signal.addEventListener("abort", forget);
    work.result.catch(forget);
    return work;
  }
}
