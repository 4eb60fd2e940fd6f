import type { IncomingMessage } from "node:http";

/** The whole body of a request, or undefined when it is longer than the limit (the rest is drained). */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= limitBytes ? Buffer.concat(chunks) : undefined;
}
