import { isNativeError } from "node:util/types";

/** Why the network failed, in words, and whether the request may have reached the server. */
export interface NetworkFailure {
  readonly reason: string;
  /** False: no connection came about, so nothing was sent. */
  readonly sent: boolean;
}

const reasonsNotSent: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name can't be resolved",
  EAI_AGAIN: "the host name can't be resolved at the moment",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  UND_ERR_CONNECT_TIMEOUT: "no answer to the connection attempt",
  EADDRNOTAVAIL: "no local address for the connection",
};

const reasonsOnceSent: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "the answer stopped coming",
  UND_ERR_HEADERS_OVERFLOW: "the headers of the answer are too large",
  ETIMEDOUT: "the connection timed out",
};

/** Reads an error of undici or Node; undefined when it is none of the network's. */
export function networkFailure(error: unknown): NetworkFailure | undefined {
  const code = codeOf(error);
  const notSent = reasonsNotSent[code];
  if (notSent !== undefined) return { reason: notSent, sent: false };
  const sent = reasonsOnceSent[code];
  if (sent !== undefined) return { reason: sent, sent: true };
  if (code.startsWith("ERR_SSL") || code === "EPROTO") return { reason: `no TLS (${code})`, sent: false };
  if (code.startsWith("HPE_")) return { reason: `the answer is not HTTP (${code})`, sent: true };
  return undefined;
}

function codeOf(error: unknown): string {
  // Not instanceof: Node's own errors may come of another realm than this module, as under Jest.
  for (let at = error; isNativeError(at); at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
    if ("errors" in at && Array.isArray(at.errors)) return codeOf(at.errors[0]);
  }
  return "";
}
