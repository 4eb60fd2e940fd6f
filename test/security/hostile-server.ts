import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { parseEndpoint } from "../../provider/soap/endpoint";
import { SoapTransport } from "../../provider/soap/transport";
import { serverCertificate } from "../../simulator/http/certificate";

/** What a server that wishes us ill does with each request, and how many came. */
export interface HostileServer {
  readonly port: number;
  readonly transport: SoapTransport;
  readonly requests: () => readonly string[];
}

/** A real https server at `host` that answers as it likes, and a transport to it. */
export async function withHostileServer(
  answer: (reply: ServerResponse, url: string, body: string) => void,
  use: (server: HostileServer) => Promise<void>,
  timeoutMs = 30_000,
): Promise<void> {
  const { pem, privateKeyPem } = await serverCertificate(["127.0.0.1"]);
  const requests: string[] = [];
  const server = createServer({ cert: pem, key: privateKeyPem }, (request, reply) => {
    reply.on("error", () => {});
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}`);
      answer(reply, request.url ?? "", Buffer.concat(body).toString("utf8"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = parseEndpoint(`127.0.0.1:${port}`);
  const trust = { allowUnverifiedSsl: true };
  const transport = new SoapTransport({ endpoint, trust, timeoutMs, userAgent: "test" });
  try {
    await use({ port, transport, requests: () => requests });
  } finally {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
