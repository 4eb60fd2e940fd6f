import type { z } from "zod";
import { ManagedObject, nothing, type CallOptions } from "./managed-object";
import { boolean, dataObject, dateTime, optional, required, text } from "./xsd";

/** UserSession (docs/reference/protocol.md#sessions). `key` names the session; it is not the cookie. */
export const userSession = dataObject({
  key: required(text),
  userName: required(text),
  loginTime: optional(dateTime),
  extensionSession: optional(boolean),
});
export type UserSession = z.output<typeof userSession>;

/** Sessions with the vSphere server. */
export class SessionManager extends ManagedObject {
  /** Faults: InvalidLogin, also when the cookie already belongs to a session that is logged in. */
  login(userName: string, password: string, call: CallOptions = {}): Promise<UserSession> {
    return this.once("Login", { userName, password }, required(userSession), call);
  }

  /**
   * A login by a SAML token whose bearer may use it, in a WS-Security header (OASIS Web Services Security 1.1, SAML Token
   * Profile); `nowMs` is when it is sent. Faults as those of `login`.
   */
  loginByToken(token: string, nowMs: number, call: CallOptions = {}): Promise<UserSession> {
    return this.once("LoginByToken", {}, required(userSession), call, { securityHeader: bearerHeader(token, nowMs) });
  }

  /** Faults: NotAuthenticated when there is no session any more. */
  logout(call: CallOptions = {}): Promise<void> {
    return this.repeatable("Logout", {}, nothing, call);
  }

  /** vCenter only; needs Sessions.ValidateSession. */
  sessionIsActive(sessionID: string, userName: string, call: CallOptions = {}): Promise<boolean> {
    return this.repeatable("SessionIsActive", { sessionID, userName }, required(boolean), call);
  }
}

const wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity";
/** How long the message is good; the token's own end is its own. */
const messageMs = 10 * 60_000;

function bearerHeader(token: string, nowMs: number): string {
  const [created, expires] = [nowMs, nowMs + messageMs].map((time) => new Date(time).toISOString());
  return (
    `<wsse:Security xmlns:wsse="${wss}-secext-1.0.xsd" xmlns:wsu="${wss}-utility-1.0.xsd">` +
    `<wsu:Timestamp><wsu:Created>${created}</wsu:Created><wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>${token}</wsse:Security>`
  );
}
