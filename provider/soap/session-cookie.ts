import { GuestError } from "../errors/guest-error";

const name = "vmware_soap_session";
/** A name, an equals sign, and what RFC 6265 lets a cookie hold, the quotes that vSphere sends included. */
const form = new RegExp(`^${name}=[\\x21-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]{1,1024}$`);

/** Whether text is a session cookie of vSphere, `name=value`, that may be sent in a header. */
export function isSessionCookie(text: string): boolean {
  return form.test(text);
}

/**
 * The session cookie of a Set-Cookie header, without its attributes; the quotes belong to the value. PROTOCOL_ERROR for one
 * of another form.
 */
export function sessionCookie(header: string | string[] | undefined): string | undefined {
  const cookies = header === undefined ? [] : Array.isArray(header) ? header : [header];
  const cookie = cookies.find((one) => one.startsWith(`${name}=`))?.split(";", 1)[0];
  if (cookie === undefined || isSessionCookie(cookie)) return cookie;
  throw new GuestError("PROTOCOL_ERROR", "its session cookie is none: it is too long or holds characters of no cookie");
}
