import { GuestError } from "../errors/guest-error";
import { memoize } from "../operation/memo";
import { isAssertion } from "../soap/saml-assertion";
import { outputOf } from "./token-command";

/** A SAML 2.0 assertion as XML, or the command of this machine that prints one. */
export type SamlToken = { readonly token: string } | { readonly command: string };

/** A token goes before its end: what it is sent with may take a moment. */
const marginMs = 60_000;
/** Of a token that does not tell its end. */
const keptMs = 5 * 60_000;

/** Gives a token for as long as it is good; a command is asked again when it is not. */
export class SamlTokens {
  readonly #source: SamlToken;
  readonly #setting: string;
  #current: { readonly untilMs: number; readonly get: () => Promise<string> } | undefined;

  /** `setting`: what gave it, for messages. */
  constructor(source: SamlToken, setting: string) {
    this.#source = source;
    this.#setting = setting;
  }

  /** INVALID_INPUT where it is none, or has ended; never with its text. */
  async token(): Promise<string> {
    if ("token" in this.#source) return this.#good(this.#source.token);
    const { command } = this.#source;
    if (this.#current === undefined || this.#current.untilMs < Date.now()) {
      const get = memoize(() => outputOf(`${this.#setting}Command`, command));
      this.#current = { untilMs: Infinity, get };
      const token = this.#good(await get());
      this.#current = { untilMs: (endOf(token) ?? Date.now() + keptMs + marginMs) - marginMs, get };
      return token;
    }
    return this.#good(await this.#current.get());
  }

  #good(text: string): string {
    const token = text.trim().replace(/^<\?xml[^>]*\?>\s*/, "");
    if (!isAssertion(token)) throw this.#fault("is no SAML 2.0 assertion (XML)");
    const end = endOf(token);
    if (end !== undefined && end < Date.now()) throw this.#fault(`has ended at ${new Date(end).toISOString()}`);
    return token;
  }

  #fault(why: string): GuestError {
    return new GuestError(
      "INVALID_INPUT",
      `${this.#setting} ${why}. Get a new one, or give ${this.#setting}Command, which prints one each time it is needed.`,
    );
  }
}

/** When the conditions of an assertion end, by its own words. */
function endOf(token: string): number | undefined {
  const [, time = ""] = /<(?:\w+:)?Conditions\b[^>]*\bNotOnOrAfter="([^"]+)"/.exec(token) ?? [];
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? undefined : parsed;
}
