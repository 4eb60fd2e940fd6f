import { parseXml, XmlError, type XmlElement } from "../../soap/xml-tree";
import { VixError, type GuestCredential } from "../guest-agent";
import { vixErrors } from "../vix";
import type { AliasStore } from "./aliases";

type SamlCredential = Extract<GuestCredential, { type: "SAMLTokenAuthentication" }>;

/**
 * The account that a SAML token stands for, as VGAuth tells by its aliases (docs/reference/guest-operations.md#aliases). The
 * token's signature is not checked: whose certificate it carries, its subject and its end are.
 */
export function accountOfToken(auth: SamlCredential, aliases: AliasStore, nowMs: number): string {
  const { certificate, subject, end } = read(auth.token);
  const isOver = end !== undefined && Date.parse(end) <= nowMs;
  const account = isOver ? undefined : aliases.accountFor(certificate, subject, auth.username);
  if (account === undefined) throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS, "no alias accepts the token");
  return account;
}

interface Token {
  readonly certificate: string;
  readonly subject: string;
  readonly end: string | undefined;
}

function read(token: string): Token {
  try {
    const root = parseXml(token);
    const textOf = (name: string) => find(root, name)?.text.replace(/\s+/g, "") ?? "";
    const end = Object.values(find(root, "Conditions")?.attributes ?? {}).find(({ local }) => local === "NotOnOrAfter");
    return { certificate: textOf("X509Certificate"), subject: textOf("NameID"), end: end?.value };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS, "the token is no XML");
  }
}

function find(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
