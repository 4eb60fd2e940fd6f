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

  /** Faults: NotAuthenticated when there is no session any more. */
  logout(call: CallOptions = {}): Promise<void> {
    return this.repeatable("Logout", {}, nothing, call);
  }

  /** vCenter only; needs Sessions.ValidateSession. */
  sessionIsActive(sessionID: string, userName: string, call: CallOptions = {}): Promise<boolean> {
    return this.repeatable("SessionIsActive", { sessionID, userName }, required(boolean), call);
  }
}
