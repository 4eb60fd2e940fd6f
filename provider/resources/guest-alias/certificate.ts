import { X509Certificate } from "node:crypto";
import { GuestError } from "../../errors/guest-error";

/** Of an import nothing else is known of the certificate than the beginning of its SHA-256. */
const byFingerprint = /^sha256:([0-9a-f]{20})$/;

/** The certificate of a text, PEM or DER in base64; undefined where it is none. */
function read(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text.includes("-----BEGIN") ? text : Buffer.from(text, "base64"));
  } catch {
    return undefined;
  }
}

/** What tells a certificate from others, in whatever notation it is: its SHA-256 in hex (of an import the beginning). Undefined for what is none. */
export function certificateKey(text: string): string | undefined {
  return byFingerprint.exec(text)?.[1] ?? fingerprintOf(read(text));
}

/** SHA-256 in hex. */
export function fingerprintOf(certificate: X509Certificate | undefined): string | undefined {
  return certificate?.fingerprint256.replaceAll(":", "").toLowerCase();
}

/** INVALID_INPUT for what only names one. */
export function certificateOf(text: string): X509Certificate {
  const certificate = read(text);
  if (certificate !== undefined) return certificate;
  throw new GuestError("INVALID_INPUT", "certificate: must be an X.509 certificate, as PEM or DER in base64");
}

/** What stands for a certificate in an id. */
export function namedByFingerprint(fingerprint: string): string {
  return `sha256:${fingerprint}`;
}
