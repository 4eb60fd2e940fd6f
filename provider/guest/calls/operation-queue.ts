import { GuestError } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import { Slots } from "../../operation/slots";

const mostAtOnce = 4;
/** Successes in a row after which one more is tried. */
const recoveryCalls = 50;

/**
 * The guest operations of one VM. A host may refuse a second one (TaskInProgress, InvalidState;
 * docs/reference/guest-operations.md#every-operation), so the number at once halves on a refusal and recovers slowly;
 * `endpoint` bounds what all VMs of a host, and of a server, do together.
 */
export class OperationQueue {
  readonly #slots = new Slots(mostAtOnce);
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
    const pauses = new Pauses({ firstMs: 20, longestMs: 500 });
    for (;;) {
      const attempt = await this.#slots.run(() => this.#endpoint.run(() => this.#attempt(send), signal), signal);
      if (attempt.ok) return attempt.value;
      if (!attempt.ours) throw attempt.error;
      await pauses.pass(signal);
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
    if (this.#slots.limit === mostAtOnce || ++this.#successes < recoveryCalls) return;
    this.#successes = 0;
    this.#slots.limit++;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof GuestError && error.code === "BUSY" && error.fault !== undefined;
}
