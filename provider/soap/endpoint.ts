import { GuestError } from "../errors/guest-error";

/** Where a server listens. */
export interface Endpoint {
  /** Host name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** `https://host:port` */
  readonly origin: string;
  /** Path of the SOAP service. */
  readonly path: string;
}

/** Reads `host`, `host:port` or an https URL; the path defaults to /sdk. INVALID_INPUT for anything else. */
export function parseEndpoint(server: string): Endpoint {
  const text = server.trim();
  const url = tryUrl(withScheme(text));
  if (url?.protocol !== "https:" || url.hostname === "" || url.username !== "" || url.password !== "") {
    throw new GuestError(
      "INVALID_INPUT",
      `"${text.replace(/\/\/.*@/, "//…@")}" is not a vCenter or ESXi server: give a host name, host:port or an https URL ` +
        "without user and password.",
    );
  }
  const port = url.port === "" ? 443 : Number(url.port);
  const path = url.pathname.replace(/\/+$/, "") || "/sdk";
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port, origin: `https://${url.hostname}:${port}`, path };
}

function withScheme(server: string): string {
  if (server.includes("://")) return server;
  // A bare IPv6 address has colons but no port.
  return /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(server) ? `https://[${server}]` : `https://${server}`;
}

function tryUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** `host:port` for messages. */
export function authority(endpoint: Pick<Endpoint, "host" | "port">): string {
  return `${endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
}

/**
 * A server's one notation, whichever of `h`, `h:443`, `https://H/sdk/` it is given in: for whatever compares servers. Text
 * that is no server stays as it is.
 */
export function normalServer(server: string): string {
  try {
    const { host, port, path } = parseEndpoint(server);
    return `https://${authority({ host: host.replace(/\.$/, ""), port })}${path}`;
  } catch {
    return server.trim();
  }
}
