import type { IncomingMessage, ServerResponse } from "node:http";
import type { AgentUpload } from "../guest/guest-agent";
import { Cut, paced, type Trouble } from "./paced";
import { cut, failureText, plain, refuse, type TransferAnswer } from "./transfer-answer";
import type { TransferTicket } from "./transfer-tickets";

/**
 * Writes the body of a PUT into the guest. The size announced with InitiateFileTransferToGuest is binding; an upload
 * that is cut or fails leaves a partial file (docs/reference/guest-operations.md#transfers). `onStart` is called when
 * the URL counts as used.
 */
export async function receiveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  ticket: TransferTicket,
  options: { readonly trouble: Trouble; readonly refuseEmpty: boolean; readonly onStart: () => void },
): Promise<TransferAnswer> {
  const length = request.headers["content-length"];
  if (length === undefined) return refuse(request, response, 411, "Content-Length is required");
  if (Number(length) !== ticket.sizeBytes)
    return refuse(request, response, 500, `Content-Length ${length} is not the announced size ${ticket.sizeBytes}`);
  if (ticket.sizeBytes === 0 && options.refuseEmpty) return refuse(request, response, 500, "Empty upload");
  options.onStart();
  try {
    const agent = await ticket.machine.agent();
    const upload = await agent.openUpload(ticket.auth, ticket.path, ticket.attributes);
    await write(request, upload, ticket.sizeBytes, options.trouble);
    return plain(response, 200, "", ticket.sizeBytes);
  } catch (error) {
    return error instanceof Cut ? cut(response) : refuse(request, response, 500, failureText(error));
  }
}

async function write(
  request: IncomingMessage,
  upload: AgentUpload,
  sizeBytes: number,
  trouble: Trouble,
): Promise<void> {
  let written = 0;
  try {
    // The request outlives a failing write: it is drained before it is refused.
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of paced(body, trouble)) {
      await upload.write(chunk);
      written += chunk.length;
    }
    if (written !== sizeBytes) throw new Cut();
    await upload.finish();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
