import { GuestError, hasCode } from "../../errors/guest-error";
import type { Interceptor } from "../soap-call";
import { follow } from "../../operation/abort";

/**
 * Logs in before the first call and again, once per call, when the server no longer knows the session. Concurrent
 * calls share one login. A fault proves that the call was not carried out, so repeating it is always safe.
 *
 * A refused login is the answer for all calls until `reset`: more attempts could lock the account
 * (docs/decisions/refused-logins.md). Any other failure is not remembered.
 */
export class Session {
  readonly #login: () => Promise<void>;
  #open: Promise<void> | undefined;
  #refusal: GuestError | undefined;

  /** `login` replaces whatever session there was. */
  constructor(login: () => Promise<void>) {
    this.#login = login;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  readonly interceptor: Interceptor = (next) => async (call, options) => {
    const session = this.#ensure();
    await follow(session, options.signal);
    try {
      return await next(call, options);
    } catch (error) {
      if (!hasCode(error, "SESSION_EXPIRED")) throw error;
      this.#forget(session);
      await follow(this.#ensure(), options.signal);
      return next(call, options);
    }
  };

  /** The next call logs in again. */
  reset(): void {
    this.#open = undefined;
    this.#refusal = undefined;
  }

  #ensure(): Promise<void> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (this.#open === undefined) {
      const open = this.#login();
      this.#open = open;
      open.catch((error: unknown) => {
        // After a reset this is the answer to a login of before.
        if (this.#open === open && isRefusal(error)) this.#refusal = error;
        this.#forget(open);
      });
    }
    return this.#open;
  }

  #forget(session: Promise<void>): void {
    if (this.#open === session) this.#open = undefined;
  }
}

function isRefusal(error: unknown): error is GuestError {
  return error instanceof GuestError && error.code === "VCENTER_LOGIN_FAILED";
}
