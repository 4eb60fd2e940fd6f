import { createHmac, randomBytes, randomInt, randomUUID } from "node:crypto";
import { SspiChallenge, VixError, type GuestCredential, type GuestUser } from "../guest-agent";
import { checkCredentialShape } from "../login";
import { vixErrors } from "../vix";

const emptyPasswordRefused = 3033;

interface Negotiation {
  readonly user: GuestUser | undefined;
  readonly nonce: string;
}

/** What a client of the simulated SSPI answers a challenge with, in base64. */
export function sspiAnswer(password: string, challenge: string): string {
  return createHmac("sha256", password).update(challenge).digest("base64");
}

/**
 * Logins of a Windows guest: `DOMAIN\user` and `user@domain` are the local account, tickets stand for a login. In place of
 * NTLM and Kerberos the simulated SSPI has two steps: a first token that is the user's name (base64), a challenge, and
 * sspiAnswer to that.
 */
export class WindowsLogins {
  readonly #tickets = new Map<string, GuestUser>();
  readonly #negotiations = new Map<number, Negotiation>();
  readonly #users: readonly GuestUser[];

  constructor(users: readonly GuestUser[]) {
    this.#users = users;
  }

  logIn(auth: GuestCredential): GuestUser {
    if (auth.type === "TicketedSessionAuthentication") return this.#userOfTicket(auth.ticket);
    checkCredentialShape(auth);
    if (auth.type !== "NamePasswordAuthentication") throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    if (auth.password === "") throw new VixError(emptyPasswordRefused);
    const user = this.#named(auth.username);
    if (user === undefined || user.refused === true || user.password !== auth.password) {
      throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    }
    return user;
  }

  /** A ticket; SspiChallenge where another token is needed for it. */
  acquire(auth: GuestCredential, sessionId?: number): GuestCredential {
    const user = auth.type === "SSPIAuthentication" ? this.#negotiated(auth.sspiToken, sessionId) : this.logIn(auth);
    const ticket = randomUUID();
    this.#tickets.set(ticket, user);
    return { type: "TicketedSessionAuthentication", interactiveSession: auth.interactiveSession, ticket };
  }

  /** The agent starts anew: what it has handed out is worth nothing. */
  forget(): void {
    this.#tickets.clear();
    this.#negotiations.clear();
  }

  #negotiated(token: string, sessionId: number | undefined): GuestUser {
    if (sessionId === undefined) {
      const id = randomInt(1, 2 ** 40);
      const nonce = randomBytes(16).toString("base64");
      this.#negotiations.set(id, { user: this.#named(Buffer.from(token, "base64").toString()), nonce });
      throw new SspiChallenge(nonce, id);
    }
    const { user, nonce } = this.#negotiations.get(sessionId) ?? {};
    this.#negotiations.delete(sessionId);
    if (
      user === undefined ||
      user.refused === true ||
      nonce === undefined ||
      token !== sspiAnswer(user.password, nonce)
    )
      throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    return user;
  }

  #named(username: string): GuestUser | undefined {
    const name = username.replace(/^.*\\/, "").replace(/@.*$/, "").toLowerCase();
    return this.#users.find((candidate) => candidate.name.toLowerCase() === name);
  }

  /** Without a ticket there is nothing to release, which is no error. */
  release(auth: GuestCredential): void {
    if (auth.type === "TicketedSessionAuthentication") this.#tickets.delete(auth.ticket);
  }

  #userOfTicket(ticket: string): GuestUser {
    const user = this.#tickets.get(ticket);
    if (user === undefined) throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    return user;
  }
}
