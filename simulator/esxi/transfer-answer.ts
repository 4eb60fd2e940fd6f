import type { IncomingMessage, ServerResponse } from "node:http";

/** How a transfer ended. `complete` sends what is left of the answer: after the request stands in the log. */
export interface TransferAnswer {
  /** 0: the connection is cut. */
  readonly status: number;
  readonly sizeBytes: number;
  complete(): void;
}

/** Cuts the connection without an answer. */
export function cut(response: ServerResponse): TransferAnswer {
  return { status: 0, sizeBytes: 0, complete: () => response.socket?.destroy() };
}

/** An answer of plain text. */
export function plain(response: ServerResponse, status: number, text: string, sizeBytes = 0): TransferAnswer {
  const complete = (): void => {
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
  };
  return { status, sizeBytes, complete };
}

/** Refuses a request after its body is drained: a client that is still sending would see a reset instead. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): Promise<TransferAnswer> {
  if (!request.readableEnded && !request.destroyed) {
    request.resume();
    await new Promise<void>((resolve) => request.once("end", resolve).once("close", resolve).once("error", resolve));
  }
  return plain(response, status, text);
}

export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : "transfer failed";
}
