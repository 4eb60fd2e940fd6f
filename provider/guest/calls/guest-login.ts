import { type GuestError, type GuestErrorCode, hasCode } from "../../errors/guest-error";
import { delay, follow } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import type { Slots } from "../../operation/slots";

/** Tries of a login before a guest that has just booted: more of them could lock the account. */
const mostTries = 3;
/** Between the first two; it doubles. */
const firstPauseMs = 3_000;

/** Answers of a guest that has let the login in, beside success. */
const answersFromInside: readonly GuestErrorCode[] = [
  "PATH_NOT_FOUND",
  "PATH_EXISTS",
  "NOT_A_FILE",
  "NOT_A_DIRECTORY",
  "DIRECTORY_NOT_EMPTY",
  "PATH_TOO_LONG",
  "DISK_FULL",
  "PROCESS_NOT_FOUND",
  "GUEST_PERMISSION_DENIED",
];

/** What a login has to know of its machine. */
export interface BootWatch {
  /** How often the machine was seen to become ready. */
  readonly boots: number;
  /** True when that was a moment ago: it may have booted for the first time, and still set up its accounts. */
  isSettling(): boolean;
}

type Queue = Pick<Slots, "run">;

/**
 * One login of one machine, for all who work there under it (docs/decisions/refused-logins.md). The first call goes
 * alone; once the guest has let it in, all go side by side. A refusal is the answer for all that come after: nothing
 * more is sent, since refused logins lock accounts. While the guest is settling, or expected to reboot, a refused login
 * is tried again, by all together at most three times.
 */
export class GuestLogin {
  readonly #machine: BootWatch;
  #boot: number;
  #isProved = false;
  #wasEverProved = false;
  #refusal: GuestError | undefined;
  #tries = 0;
  #refusedAtMs = 0;
  #rebootsAwaited = 0;
  /** The call that goes alone. */
  #first: Promise<void> | undefined;

  constructor(machine: BootWatch) {
    this.#machine = machine;
    this.#boot = machine.boots;
  }

  /** False: nothing was ever done in the guest under this login. */
  get wasEverProved(): boolean {
    return this.#wasEverProved;
  }

  /** Forgets what is known: for a new operation, before which the guest may have been mended. */
  forget(): void {
    this.#isProved = false;
    this.#wasEverProved = false;
    this.#allowTries();
  }

  /** Until the returned function is called, a refusal may be a sign of the reboot, and is tried again as on a first boot. */
  expectReboot(): () => void {
    this.#rebootsAwaited += 1;
    let isExpected = true;
    return () => {
      if (isExpected) this.#rebootsAwaited -= 1;
      isExpected = false;
    };
  }

  /** Sends a call through `queue`, or fails with the refusal of an earlier one. `again` hears of a try that follows. */
  async send<T>(queue: Queue, call: () => Promise<T>, op: Operation, again: () => void): Promise<T> {
    for (;;) {
      const end = await this.#turn(op);
      try {
        return await queue.run(() => this.#learnFrom(call), op.signal);
      } catch (error) {
        if (!isRefusal(error) || this.#refusal !== undefined || this.#nextTryAtMs > op.deadlineMs) throw error;
        again();
      } finally {
        end();
      }
    }
  }

  /** Waits until the call may go; the returned function lets the next one go. */
  async #turn(op: Operation): Promise<() => void> {
    for (;;) {
      if (this.#boot !== this.#machine.boots) this.#startOver();
      if (this.#refusal !== undefined) throw this.#refusal;
      if (this.#isProved) return () => {};
      if (this.#first !== undefined) {
        await follow(this.#first, op.signal);
        continue;
      }
      const end = this.#goAlone();
      try {
        await delay(Math.max(0, this.#nextTryAtMs - Date.now()), op.signal);
        return end;
      } catch (error) {
        end();
        throw error;
      }
    }
  }

  #goAlone(): () => void {
    let end = () => {};
    this.#first = new Promise((resolve) => {
      end = () => {
        this.#first = undefined;
        resolve();
      };
    });
    return end;
  }

  async #learnFrom<T>(call: () => Promise<T>): Promise<T> {
    // It may have come while the call stood in the queue.
    if (this.#refusal !== undefined) throw this.#refusal;
    try {
      const answer = await call();
      this.#proved();
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.#refused(error);
      else if (answersFromInside.some((code) => hasCode(error, code))) this.#proved();
      throw error;
    }
  }

  #proved(): void {
    this.#isProved = true;
    this.#wasEverProved = true;
    this.#allowTries();
  }

  #refused(error: GuestError): void {
    this.#isProved = false;
    this.#tries += 1;
    this.#refusedAtMs = Date.now();
    const mayPass = this.#machine.isSettling() || this.#rebootsAwaited > 0;
    if (!mayPass || this.#tries >= mostTries) this.#refusal = error;
  }

  /** After another boot the accounts may be others. */
  #startOver(): void {
    this.#boot = this.#machine.boots;
    this.#isProved = false;
    this.#allowTries();
  }

  #allowTries(): void {
    this.#refusal = undefined;
    this.#tries = 0;
  }

  get #nextTryAtMs(): number {
    return this.#tries === 0 ? 0 : this.#refusedAtMs + firstPauseMs * 2 ** (this.#tries - 1);
  }
}

function isRefusal(error: unknown): error is GuestError {
  return hasCode(error, "GUEST_LOGIN_FAILED");
}
