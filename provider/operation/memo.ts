/** Does the work once and shares its result; a failure is not kept. */
export function memoize<T>(work: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    if (kept === undefined) {
      const running = work();
      kept = running;
      running.catch(() => {
        if (kept === running) kept = undefined;
      });
    }
    return kept;
  };
}

/** The same per key, with a way to forget. */
export class KeyedMemo<K, V> {
  readonly #kept = new Map<K, Promise<V>>();

  get(key: K, work: () => Promise<V>): Promise<V> {
    const found = this.#kept.get(key);
    if (found !== undefined) return found;
    const running = work();
    this.#kept.set(key, running);
    running.catch(() => {
      if (this.#kept.get(key) === running) this.#kept.delete(key);
    });
    return running;
  }

  delete(key: K): void {
    this.#kept.delete(key);
  }
}
