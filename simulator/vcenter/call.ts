import type { XmlElement } from "../soap/xml-tree";
import type { Session } from "./sessions";

/** The context of one SOAP call, handed to every handler and property reader. */
export interface Call {
  /** The session of the request's cookie; Login and Logout replace it. */
  session: Session | undefined;
  readonly headers: readonly XmlElement[];
  readonly clientAddress: string;
  readonly userAgent: string;
}
