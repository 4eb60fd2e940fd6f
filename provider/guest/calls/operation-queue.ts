import { GuestError } from "../../errors/guest-error";
import { cancellation, delay, expectManyListeners } from "../../operation/abort";

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

const MOST_AT_ONCE = 4;
/** Successes in a row after which one more is tried. */
const RECOVERY_CALLS = 50;

/**
 * The guest operations of one VM. A host may refuse a second one (TaskInProgress, InvalidState;
 * docs/reference/guest-operations.md#every-operation), so the number at once halves on a refusal and recovers slowly;
 * `endpoint` bounds what all VMs of a host, and of a server, do together.
 */
export class OperationQueue {
  readonly #slots = new Slots(MOST_AT_ONCE);
  readonly #endpoint: Pick<Slots, "run">;
  /** Grows with each halving: calls that began before it say nothing about the new limit. */
  #era = 0;
  #running = 0;
  #successes = 0;

  constructor(endpoint: Pick<Slots, "run">) {
    this.#endpoint = endpoint;
  }

  /** How many may run at once now. */
  get limit(): number {
    return this.#slots.limit;
  }

  /** Runs `send`; a refusal that our own parallel calls can explain is repeated here, any other is the caller's. */
  async run<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
      const attempt = await this.#slots.run(() => this.#endpoint.run(() => this.#attempt(send), signal), signal);
      if (attempt.ok) return attempt.value;
      if (!attempt.ours) throw attempt.error;
      await delay(pauseMs, signal);
    }
  }

  async #attempt<T>(
    send: () => Promise<T>,
  ): Promise<{ ok: true; value: T } | { ok: false; ours: boolean; error: unknown }> {
    const era = this.#era;
    this.#running++;
    const alone = this.#running === 1;
    try {
      const value = await send();
      this.#succeeded();
      return { ok: true, value };
    } catch (error) {
      if (!isBusy(error)) return { ok: false, ours: false, error };
      const ours = !alone || this.#running > 1 || era !== this.#era;
      if (era === this.#era && ours) this.#halve();
      return { ok: false, ours, error };
    } finally {
      this.#running--;
    }
  }

  #halve(): void {
    this.#era++;
    this.#successes = 0;
    this.#slots.limit = Math.max(1, Math.floor(this.#slots.limit / 2));
  }

  #succeeded(): void {
    if (this.#slots.limit === MOST_AT_ONCE || ++this.#successes < RECOVERY_CALLS) return;
    this.#successes = 0;
    this.#slots.limit++;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof GuestError && error.code === "BUSY" && error.fault !== undefined;
}
