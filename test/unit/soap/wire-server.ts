import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import { serverCertificate } from "../../../simulator/http/certificate";
import { parseEndpoint } from "../../../provider/soap/endpoint";
import { SoapTransport } from "../../../provider/soap/transport";

/** What a server answers to one call. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
  /** Says more bytes than it sends, then breaks off. */
  readonly cut?: boolean;
  /** Never comes. */
  readonly never?: boolean;
}

export interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A result as the API wraps it. */
export function response(method: string, content: string): string {
  return envelope(`<${method}Response xmlns="urn:vim25">${content}</${method}Response>`);
}

export function envelope(body: string): string {
  return (
    '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"' +
    ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  );
}

/** Runs `use` with a transport to a real https server that gives these answers in turn. */
export async function withAnswers(
  answers: readonly Answer[],
  use: (transport: SoapTransport, seen: readonly Seen[]) => Promise<void>,
) {
  const { pem, privateKeyPem } = await serverCertificate(["127.0.0.1"]);
  const seen: Seen[] = [];
  const server = createServer({ cert: pem, key: privateKeyPem }, (request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = answers[seen.length] ?? { status: 500, body: "no more answers" };
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      if (answer.never === true) return;
      const length = Buffer.byteLength(answer.body) + (answer.cut === true ? 100 : 0);
      reply.writeHead(answer.status ?? 200, { "content-length": length, ...answer.headers });
      reply.write(answer.body);
      if (answer.cut === true) setImmediate(() => reply.destroy());
      else reply.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const transport = new SoapTransport({
    endpoint: parseEndpoint(`127.0.0.1:${port}`),
    trust: { allowUnverifiedSsl: true },
    timeoutMs: 5_000,
    userAgent: "test",
  });
  try {
    await use(transport, seen);
  } finally {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
