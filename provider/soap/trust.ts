import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LookupFunction, Socket } from "node:net";
import * as tls from "node:tls";
import { buildConnector } from "undici";
import { GuestError } from "../errors/guest-error";
import { given } from "../values/given";

/** How a server proves who it is. A thumbprint decides alone; else the CAs do, unless nothing is verified. */
export interface TrustSettings {
  readonly allowUnverifiedSsl: boolean;
  /** PEM file with CAs to trust besides the usual ones. */
  readonly caFile?: string;
  /** SHA-256 or SHA-1 of the server's certificate in hex, colons optional. */
  readonly thumbprint?: string;
}

const connectTimeoutMs = 15_000;

/** A connector for undici that lets only trusted servers through; refusals are CERTIFICATE_NOT_TRUSTED. */
export function trustedConnector(
  trust: TrustSettings,
  timeoutMs = connectTimeoutMs,
  lookup?: LookupFunction,
): buildConnector.connector {
  const thumbprint = trust.thumbprint === undefined ? undefined : normalizeThumbprint(trust.thumbprint);
  const connect = buildConnector({
    // We judge the certificate ourselves, so that a refusal can name it.
    rejectUnauthorized: false,
    // A resumed TLS session skips the host name check.
    maxCachedSessions: 0,
    timeout: timeoutMs,
    ...given({ lookup }),
    secureContext: thumbprint === undefined && !trust.allowUnverifiedSsl ? contextWith(trust.caFile) : withoutCas(),
  });
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null) return callback(error, null);
      const refusal = refusalOf(
        socket,
        thumbprint,
        trust.allowUnverifiedSsl,
        `${options.hostname}:${options.port || "443"}`,
      );
      if (refusal === undefined) return callback(null, socket);
      socket.destroy();
      return callback(refusal, null);
    });
  };
}

/** SHA-256 of a certificate's DER bytes as `AA:BB:…`. */
export function certificateThumbprint(der: Uint8Array, algorithm: "sha256" | "sha1" = "sha256"): string {
  const hex = createHash(algorithm).update(der).digest("hex").toUpperCase();
  return hex.replace(/(..)(?=.)/g, "$1:");
}

function refusalOf(
  socket: Socket,
  thumbprint: string | undefined,
  allowUnverifiedSsl: boolean,
  where: string,
): GuestError | undefined {
  if (!(socket instanceof tls.TLSSocket)) return undefined;
  const der = socket.getPeerCertificate().raw;
  if (thumbprint !== undefined) {
    const actual = normalizeThumbprint(certificateThumbprint(der, thumbprint.length === 40 ? "sha1" : "sha256"));
    return actual === thumbprint ? undefined : notTrusted(where, der, "it is not the one that is pinned");
  }
  if (allowUnverifiedSsl || socket.authorized) return undefined;
  return notTrusted(where, der, reasonText(socket.authorizationError));
}

function notTrusted(where: string, der: Uint8Array, reason: string): GuestError {
  return new GuestError(
    "CERTIFICATE_NOT_TRUSTED",
    `The certificate of ${where} is not trusted: ${reason}. Its SHA-256 thumbprint is ${certificateThumbprint(der)}. ` +
      "If that is your server's, set `thumbprint` to it, or set `caFile` to the CA that signed it.",
  );
}

const reasons: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its CA is not among the trusted ones",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its CA is not among the trusted ones",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its CA is not among the trusted ones",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it was issued for another host name",
};

function reasonText(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}

function normalizeThumbprint(thumbprint: string): string {
  const hex = thumbprint.replace(/[\s:]/g, "").toLowerCase();
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hex)) return hex;
  throw new GuestError(
    "INVALID_INPUT",
    "thumbprint: expected the SHA-256 (64 hex digits) or SHA-1 (40) of the server's certificate.",
  );
}

const contexts = new Map<string, tls.SecureContext>();

/** Where no CA is asked: reading all of them takes time and memory. */
function withoutCas(): tls.SecureContext {
  return (bare ??= tls.createSecureContext({ ca: [] }));
}
let bare: tls.SecureContext | undefined;

function contextWith(caFile: string | undefined): tls.SecureContext {
  const key = caFile ?? "";
  let context = contexts.get(key);
  if (context === undefined) {
    context = tls.createSecureContext({ ca: [...usualCas(), ...(caFile === undefined ? [] : [readCaFile(caFile)])] });
    contexts.set(key, context);
  }
  return context;
}

function readCaFile(caFile: string): string {
  try {
    return readFileSync(caFile, "utf8");
  } catch (cause) {
    throw new GuestError("INVALID_INPUT", `caFile: can't read ${caFile}.`, { cause });
  }
}

/** Where the systems that Pulumi runs on keep their CAs; Node before 22.15 can't ask the system itself. */
const systemBundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

function usualCas(): string[] {
  const bundles = [process.env["NODE_EXTRA_CA_CERTS"], ...systemBundles].map(readIfThere);
  return [...tls.rootCertificates, ...bundles.filter((bundle) => bundle !== undefined)];
}

function readIfThere(file: string | undefined): string | undefined {
  try {
    return file === undefined || file === "" ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
