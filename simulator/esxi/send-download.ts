import type { ServerResponse } from "node:http";
import { Cut, paced, type Trouble } from "./paced";
import { cut, failureText, plain, type TransferAnswer } from "./transfer-answer";
import type { TransferTicket } from "./transfer-tickets";

/**
 * Sends a whole file of the guest; its last bytes go out when the answer is completed
 * (docs/reference/guest-operations.md#transfers).
 */
export async function sendDownload(
  response: ServerResponse,
  ticket: TransferTicket,
  trouble: Trouble,
): Promise<TransferAnswer> {
  try {
    const agent = await ticket.machine.agent();
    const { size, body } = await agent.openDownload(ticket.auth, ticket.path);
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": size });
    let sizeBytes = 0;
    let last: Buffer = Buffer.alloc(0);
    for await (const chunk of paced(body, trouble)) {
      if (!response.write(last)) await drained(response);
      if (response.destroyed) throw new Cut();
      sizeBytes += chunk.length;
      last = chunk;
    }
    return { status: 200, sizeBytes, complete: () => response.end(last) };
  } catch (error) {
    if (error instanceof Cut || response.headersSent) return cut(response);
    return plain(response, 500, failureText(error));
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
