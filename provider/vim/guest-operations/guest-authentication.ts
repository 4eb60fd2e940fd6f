import { typed, type TypedValue } from "../../soap/soap-value";

/**
 * The guest login that goes with every guest operation (docs/reference/guest-operations.md#guest-login).
 * `interactiveSession`: the desktop's session.
 */
export type GuestAuthentication =
  | {
      readonly type: "NamePasswordAuthentication";
      readonly interactiveSession: boolean;
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly type: "SAMLTokenAuthentication";
      readonly interactiveSession: boolean;
      readonly token: string;
      readonly username?: string;
    }
  | { readonly type: "SSPIAuthentication"; readonly interactiveSession: boolean; readonly sspiToken: string }
  | { readonly type: "TicketedSessionAuthentication"; readonly interactiveSession: boolean; readonly ticket: string };

/** The wire form of a login. */
export function authenticationValue(auth: GuestAuthentication): TypedValue {
  const { type, interactiveSession } = auth;
  switch (type) {
    case "NamePasswordAuthentication":
      return typed(type, { interactiveSession, username: auth.username, password: auth.password });
    case "SAMLTokenAuthentication":
      return typed(type, { interactiveSession, token: auth.token, username: auth.username });
    case "SSPIAuthentication":
      return typed(type, { interactiveSession, sspiToken: auth.sspiToken });
    case "TicketedSessionAuthentication":
      return typed(type, { interactiveSession, ticket: auth.ticket });
  }
}
