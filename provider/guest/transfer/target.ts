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
  /** The user chose it, as the server or in `transferHosts`; else it is the server's word alone. */
  readonly isConfigured: boolean;
}

const maxUrlLength = 8_192;
/** A host name, an IPv4 or a bracketed IPv6 address, or `*`; no user, no path. */
const authorityForm = /^(\*|\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{0,5})?$/i;
/** The one service that moves contents; what its id and token look like is the server's affair. */
const pathForm = /^\/guestFile\?[!"$-~]+$/;

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
  const parts = url.length > maxUrlLength ? null : /^https:\/\/([^/?#]+)([/?].*)$/s.exec(url);
  const [, authority = "", path = ""] = parts ?? [];
  if (parts === null) throw new GuestError("PROTOCOL_ERROR", "The server gave a transfer URL that is not https.");
  const isHost = authorityForm.test(authority) && URL.canParse(`https://${authority.replace("*", "server")}`);
  if (!isHost || !pathForm.test(path)) {
    const message =
      "The server gave a transfer URL that leads elsewhere than to /guestFile of a host: nothing is sent there.";
    throw new GuestError("PROTOCOL_ERROR", message);
  }
  const isServerItself = /^\*(:\d*)?$/.test(authority);
  const namedHost = isServerItself ? server.origin.slice("https://".length) : withPort(authority);
  const replaced = replacement(namedHost, transferHosts);
  const where = withPort(replaced ?? namedHost);
  const isConfigured = isServerItself || replaced !== undefined;
  return { origin: `https://${where}`, path, namedHost, where, isServerItself, isConfigured };
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
