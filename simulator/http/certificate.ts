// Before @peculiar/x509, which refuses to load without it.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { createHash, KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** A certificate with its key, made at start. */
export interface Certificate {
  readonly pem: string;
  readonly privateKeyPem: string;
  /** `AA:BB:…`, as `summary.config.sslThumbprint` shows it. */
  readonly sha1Thumbprint: string;
  readonly sha256Thumbprint: string;
}

/** Who is certified or certifies. */
export interface Identity {
  /** A distinguished name, e.g. `CN=esxi-1.simulator.test`. */
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
  /** SHA-1 of the public key, in hex: tells apart the CAs of several simulators, which have one name. */
  readonly keyId: string;
}

const validityMilliseconds = 365 * 24 * 3600 * 1000;

/** An identity with new keys; EC, since RSA takes half a second. */
export async function createIdentity(name: string): Promise<Identity> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { keyId } = await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto);
  return { name, keys, keyId };
}

/** A CA's certificate, signed by itself; it may sign servers, no further CAs. */
export function authorityCertificate(authority: Identity): Promise<Certificate> {
  return signCertificate(authority, authority, [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ]);
}

/**
 * A server's certificate for these names and addresses, the first of which is its common name. Without an issuer it is
 * signed by itself.
 */
export async function serverCertificate(names: readonly string[], issuer?: Identity): Promise<Certificate> {
  const subject = await createIdentity(`CN=${names[0] ?? "localhost"}`);
  return signCertificate(subject, issuer ?? subject, [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([...new Set(names)].map(alternativeName)),
  ]);
}

/** The certificate of a subject with these extensions, signed by the issuer; valid for a year, and since one. */
async function signCertificate(
  subject: Identity,
  issuer: Identity,
  extensions: readonly Extension[],
): Promise<Certificate> {
  const certificate = await X509CertificateGenerator.create(
    {
      subject: subject.name,
      issuer: issuer.name,
      notBefore: new Date(Date.now() - validityMilliseconds),
      notAfter: new Date(Date.now() + validityMilliseconds),
      publicKey: subject.keys.publicKey,
      signingKey: issuer.keys.privateKey,
      extensions: [
        ...extensions,
        new SubjectKeyIdentifierExtension(subject.keyId),
        new AuthorityKeyIdentifierExtension(issuer.keyId),
      ],
    },
    webcrypto,
  );
  const { raw } = new X509Certificate(Buffer.from(certificate.rawData));
  return {
    pem: certificate.toString("pem"),
    privateKeyPem: KeyObject.from(subject.keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
    sha1Thumbprint: thumbprint("sha1", raw),
    sha256Thumbprint: thumbprint("sha256", raw),
  };
}

function alternativeName(name: string): JsonGeneralName {
  return { type: isIP(name) === 0 ? "dns" : "ip", value: name };
}

function thumbprint(algorithm: "sha1" | "sha256", raw: Buffer): string {
  const hex = createHash(algorithm).update(raw).digest("hex").toUpperCase();
  return hex.match(/../g)?.join(":") ?? "";
}
