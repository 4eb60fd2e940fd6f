/** Starts what all pieces of work of one round are done in. */
export type Begin = () => Promise<void>;

/**
 * Lets rules that go on side by side share operations, as the resources of one program do: each waits with its next
 * piece of work until all others have come to theirs (or to their end), then one operation begins and does all of them,
 * one after the other. So many rules take as many processes as the longest of them.
 */
export class SharedOperations {
  readonly #rules: (() => void)[] = [];
  readonly #waiting: { readonly work: () => Promise<void>; readonly fail: (error: unknown) => void }[] = [];
  #going = 0;
  #isInRound = false;
  readonly #begin: Begin;

  constructor(begin: Begin) {
    this.#begin = begin;
  }

  /** Adds a rule. The first one whose result is asked for starts all of them; one asked for again starts anew, alone. */
  add(rule: () => Promise<void>): () => Promise<void> {
    let result: Promise<void> | undefined;
    const start = () => {
      result = this.#run(rule);
      // Asked for later: until then its failure is nobody's.
      result.catch(() => undefined);
    };
    this.#rules.push(start);
    return () => {
      if (this.#rules.length > 0) for (const each of this.#rules.splice(0)) each();
      else if (result === undefined) start();
      const now = result ?? Promise.reject(new Error("unreachable: the rule has been started"));
      result = undefined;
      return now;
    };
  }

  /** Does a rule's next piece of work in the operation that it shares with the others. */
  within<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work: () => work().then(resolve, reject), fail: reject });
      void this.#beginWhereAllWait();
    });
  }

  async #run(rule: () => Promise<void>): Promise<void> {
    this.#going += 1;
    try {
      // All rules are counted before the first of them waits.
      await Promise.resolve();
      await rule();
    } finally {
      this.#going -= 1;
      void this.#beginWhereAllWait();
    }
  }

  async #beginWhereAllWait(): Promise<void> {
    if (this.#isInRound || this.#waiting.length === 0 || this.#waiting.length < this.#going) return;
    this.#isInRound = true;
    const round = this.#waiting.splice(0);
    try {
      await this.#begin();
      for (const { work } of round) await work();
    } catch (error) {
      for (const { fail } of round) fail(error);
    }
    this.#isInRound = false;
    await this.#beginWhereAllWait();
  }
}
