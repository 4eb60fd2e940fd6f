import { randomUUID } from "node:crypto";
import { VixError, type GuestCredential, type GuestUser } from "../guest-agent";
import { checkCredentialShape } from "../login";
import { vixErrors } from "../vix";

const emptyPasswordRefused = 3033;

/** Logins of a Windows guest: `DOMAIN\user` and `user@domain` are the local account, tickets stand for a login. */
export class WindowsLogins {
  readonly #tickets = new Map<string, GuestUser>();
  readonly #users: readonly GuestUser[];

  constructor(users: readonly GuestUser[]) {
    this.#users = users;
  }

  logIn(auth: GuestCredential): GuestUser {
    if (auth.type === "TicketedSessionAuthentication") return this.#userOfTicket(auth.ticket);
    checkCredentialShape(auth);
    if (auth.type !== "NamePasswordAuthentication") throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    if (auth.password === "") throw new VixError(emptyPasswordRefused);
    const name = auth.username.replace(/^.*\\/, "").replace(/@.*$/, "").toLowerCase();
    const user = this.#users.find((candidate) => candidate.name.toLowerCase() === name);
    if (user === undefined || user.refused === true || user.password !== auth.password) {
      throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS);
    }
    return user;
  }

  acquire(auth: GuestCredential): GuestCredential {
    const ticket = randomUUID();
    this.#tickets.set(ticket, this.logIn(auth));
    return { type: "TicketedSessionAuthentication", interactiveSession: auth.interactiveSession, ticket };
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
