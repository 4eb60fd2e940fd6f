import { Fault } from "../soap/fault";
import type { Data } from "../soap/schema/types";
import type { XmlElement } from "../soap/xml-tree";
import type { AccessControl } from "./access";
import type { Call } from "./call";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import type { Session, Sessions } from "./sessions";

/** SessionManager: docs/reference/protocol.md#sessions. */
export class SessionManager implements ManagedObject {
  readonly ref = { type: "SessionManager", value: "SessionManager" } as const;
  readonly #sessions: Sessions;
  readonly #access: AccessControl;

  constructor(sessions: Sessions, access: AccessControl) {
    this.#sessions = sessions;
    this.#access = access;
  }

  readonly properties: Properties<"SessionManager"> = {
    sessionList: () => this.#sessions.all().map(userSession),
    currentSession: (call) => call.session && userSession(call.session),
    messageLocaleList: () => ["en"],
    supportedLocaleList: () => ["en"],
    defaultLocale: () => "en",
  };

  readonly methods: MethodHandlers<"SessionManager"> = {
    Login: ({ userName, password }, call) => this.#login(this.#access.byPassword(userName, password), call),
    LoginByToken: (_parameters, call) => this.#login(this.#access.byToken(tokensIn(call.headers)), call),
    CloneSession: ({ cloneTicket }, call) => this.#login(this.#sessions.redeemTicket(cloneTicket), call),
    AcquireCloneTicket: (_parameters, call) => this.#sessions.issueTicket(sessionOf(call)),
    SessionIsActive: ({ sessionID, userName }) =>
      this.#sessions.all().some((session) => session.key === sessionID && session.user === userName),
    TerminateSession: ({ sessionId }) => {
      for (const key of sessionId) this.#terminate(key);
    },
    Logout: (_parameters, call) => {
      this.#sessions.close(sessionOf(call));
      call.session = undefined;
    },
  };

  /** Logging in with a live session is refused, as by real servers (docs/reference/protocol.md#sessions). */
  #login(user: string | undefined, call: Call): Data<"UserSession"> {
    if (user === undefined || call.session !== undefined) throw new Fault("InvalidLogin");
    call.session = this.#sessions.open(user, call);
    return userSession(call.session);
  }

  #terminate(key: string): void {
    const session = this.#sessions.all().find((candidate) => candidate.key === key);
    if (session === undefined) throw new Fault("NotFound");
    this.#sessions.close(session);
  }
}

function sessionOf(call: Call): Session {
  if (call.session === undefined) throw new Fault("NotAuthenticated");
  return call.session;
}

function userSession(session: Session): Data<"UserSession"> {
  return {
    key: session.key,
    userName: session.user,
    fullName: session.user,
    loginTime: session.loginTime,
    lastActiveTime: session.lastActiveTime,
    locale: "en",
    messageLocale: "en",
    extensionSession: false,
    ipAddress: session.ipAddress,
    userAgent: session.userAgent,
    callCount: session.callCount,
  };
}

/** What may be the token in a WS-Security header: texts of its elements, and ids of assertions in it. */
function tokensIn(elements: readonly XmlElement[]): string[] {
  return elements.flatMap((element) => {
    const attributes = Object.values(element.attributes)
      .filter(({ local }) => local === "ID")
      .map(({ value }) => value);
    return [element.text.trim(), ...attributes, ...tokensIn(element.children)].filter((text) => text !== "");
  });
}
