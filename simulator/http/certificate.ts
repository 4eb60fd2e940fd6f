import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A self-signed server certificate with its key, made at start. */
export interface Certificate {
  readonly pem: string;
  readonly privateKeyPem: string;
  /** `AA:BB:…`, as `summary.config.sslThumbprint` shows it. */
  readonly sha1Thumbprint: string;
  readonly sha256Thumbprint: string;
}

const validityMilliseconds = 365 * 24 * 3600 * 1000;

/** Makes a certificate for these names and addresses; the first is its common name. */
export async function createCertificate(names: readonly string[]): Promise<Certificate> {
  const { cert, private: privateKeyPem } = await generate([{ name: "commonName", value: names[0] ?? "localhost" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - validityMilliseconds),
    notAfterDate: new Date(Date.now() + validityMilliseconds),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [...new Set(names)].map(alternativeName) },
    ],
  });
  const raw = new X509Certificate(cert).raw;
  return {
    pem: cert,
    privateKeyPem,
    sha1Thumbprint: thumbprint("sha1", raw),
    sha256Thumbprint: thumbprint("sha256", raw),
  };
}

function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}

function thumbprint(algorithm: "sha1" | "sha256", raw: Buffer): string {
  const hex = createHash(algorithm).update(raw).digest("hex").toUpperCase();
  return hex.match(/../g)?.join(":") ?? "";
}
