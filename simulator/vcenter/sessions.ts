import { randomBytes, randomUUID } from "node:crypto";

/** A login to the simulated vCenter. */
export interface Session {
  /** Value of the cookie, without its quotes. */
  readonly id: string;
  /** UserSession.key. */
  readonly key: string;
  readonly user: string;
  readonly loginTime: Date;
  lastActiveTime: Date;
  readonly ipAddress: string;
  readonly userAgent: string;
  callCount: number;
  /** Open waits for updates: they count as activity (docs/reference/protocol.md#sessions). */
  openWaits: number;
  ended: boolean;
}

/** Sessions by cookie; one that was idle too long is gone at its next use (docs/reference/protocol.md#sessions). */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #tickets = new Map<string, string>();
  /** Told when a session ends, so that what belongs to it can go. */
  onEnd: (session: Session) => void = () => undefined;

  constructor(public idleSeconds: number) {}

  open(user: string, client: { readonly clientAddress: string; readonly userAgent: string }): Session {
    const now = new Date();
    const session: Session = {
      id: randomBytes(20).toString("hex"),
      key: randomUUID(),
      user,
      loginTime: now,
      lastActiveTime: now,
      ipAddress: client.clientAddress,
      userAgent: client.userAgent,
      callCount: 0,
      openWaits: 0,
      ended: false,
    };
    this.#byId.set(session.id, session);
    return session;
  }

  /** The live session of a cookie value, marked as active. */
  use(id: string): Session | undefined {
    const session = this.#byId.get(id);
    if (session === undefined) return undefined;
    if (this.#isOver(session)) {
      this.close(session);
      return undefined;
    }
    session.lastActiveTime = new Date();
    session.callCount++;
    return session;
  }

  close(session: Session): void {
    if (!this.#byId.delete(session.id)) return;
    session.ended = true;
    this.onEnd(session);
  }

  closeAll(): void {
    for (const session of this.all()) this.close(session);
  }

  /** The sessions that are alive; those that were idle too long are ended first. */
  all(): Session[] {
    for (const session of this.#byId.values()) if (this.#isOver(session)) this.close(session);
    return [...this.#byId.values()];
  }

  #isOver(session: Session): boolean {
    return session.openWaits === 0 && Date.now() - session.lastActiveTime.getTime() > this.idleSeconds * 1000;
  }

  /** A one-time ticket with which CloneSession opens another session of the same user. */
  issueTicket(session: Session): string {
    const ticket = `cst-VCT-${randomBytes(16).toString("hex")}`;
    this.#tickets.set(ticket, session.user);
    return ticket;
  }

  redeemTicket(ticket: string): string | undefined {
    const user = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return user;
  }
}

/** Marks a wait as open until the returned function is called. */
export function holdOpen(session: Session | undefined): () => void {
  if (session === undefined) return () => undefined;
  session.openWaits++;
  return () => {
    session.openWaits--;
    session.lastActiveTime = new Date();
  };
}

const cookiePattern = /(?:^|[;,\s])vmware_soap_session="?([0-9a-f]+)"?/;

/** The session id in a Cookie header. Old Go clients drop the quotes of the value; real servers take both. */
export function sessionIdOf(cookieHeader: string | undefined): string | undefined {
  return cookiePattern.exec(cookieHeader ?? "")?.[1];
}

/** The Set-Cookie header of a session: the quotes belong to the value (docs/reference/protocol.md#session-cookie). */
export function sessionCookie(session: Session): string {
  return `vmware_soap_session="${session.id}"; Path=/; HttpOnly; Secure`;
}
