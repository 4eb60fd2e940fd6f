import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificate";

/** A listening https server that can be closed without waiting for its clients. */
export interface HttpsEndpoint {
  readonly host: string;
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Listens on host and port (0: any free one). Errors: those of listen(2), e.g. EADDRINUSE. */
export async function listenHttps(
  host: string,
  port: number,
  certificate: Certificate,
  onRequest: RequestListener,
): Promise<HttpsEndpoint> {
  const server = createServer({ cert: certificate.pem, key: certificate.privateKeyPem }, onRequest);
  // A client that goes away or speaks no TLS is no error of the server.
  server.on("clientError", (_error, socket) => socket.destroy());
  server.keepAliveTimeout = 60_000;
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  return { host, port: address.port, close: () => close(server) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** `host:port` as it stands in a URL; IPv6 addresses in brackets. */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
