import { GuestError } from "../../errors/guest-error";
import type { Endpoint } from "../../soap/endpoint";

/** Where a transfer goes. The whole URL is a secret: it holds the token. */
export interface TransferTarget {
  /** `https://host:port` */
  readonly origin: string;
  /** Path and query; secret. */
  readonly path: string;
  /** host:port as the server named it, before `transferHosts`. */
  readonly namedHost: string;
  /** host:port that is connected to, for messages. */
  readonly where: string;
  /** The URL's host was `*`: the same server that speaks SOAP, with the same certificate. */
  readonly isServerItself: boolean;
}

/**
 * Reads the URL that an InitiateFileTransfer call returned. `*` stands for the server called, port included;
 * `transferHosts` says where to go instead of an ESXi host (docs/reference/guest-operations.md#transfers).
 */
export function transferTarget(
  url: string,
  server: Endpoint,
  transferHosts: Readonly<Record<string, string>>,
): TransferTarget {
  // By text: `https://*:443/…` is no URL to the WHATWG parser, and id or token may contain anything.
  const parts = /^https:\/\/([^/?#]+)([/?].*)$/s.exec(url);
  const [, authority = "", path = ""] = parts ?? [];
  if (parts === null) throw new GuestError("PROTOCOL_ERROR", "The server gave a transfer URL that is not https.");
  const isServerItself = /^\*(:\d*)?$/.test(authority);
  const namedHost = isServerItself ? server.origin.slice("https://".length) : withPort(authority);
  const where = withPort(replacement(namedHost, transferHosts) ?? namedHost);
  return { origin: `https://${where}`, path, namedHost, where, isServerItself };
}

function replacement(namedHost: string, transferHosts: Readonly<Record<string, string>>): string | undefined {
  const host = namedHost.replace(/:\d+$/, "");
  const entry = Object.entries(transferHosts).find(([from]) =>
    [namedHost, host].some((name) => name.toLowerCase() === from.toLowerCase()),
  );
  if (entry === undefined) return undefined;
  const [, to] = entry;
  // A replacement without a port keeps the port.
  return /:\d+$/.test(to) ? to : `${to}${namedHost.slice(host.length)}`;
}

function withPort(authority: string): string {
  return /:\d+$/.test(authority) ? authority : `${authority.replace(/:$/, "")}:443`;
}
