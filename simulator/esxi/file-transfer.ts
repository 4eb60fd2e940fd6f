import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallLog } from "../controls/call-log";
import { passBefore, type Disturbance, type Interference } from "../controls/interference";
import type { Trouble } from "./paced";
import { receiveUpload } from "./receive-upload";
import { sendDownload } from "./send-download";
import { cut, refuse, type TransferAnswer } from "./transfer-answer";
import type { TransferTicket, TransferTickets } from "./transfer-tickets";

/** What the file servers of all hosts share. */
export interface FileTransferContext {
  readonly tickets: TransferTickets;
  readonly log: CallLog;
  readonly interference: Interference;
  latencyMilliseconds(): number;
  /** A zero-byte PUT is answered 500, as real hosts do (docs/reference/guest-operations.md#transfers). */
  readonly refuseEmptyUploads: boolean;
}

/**
 * Serves `PUT|GET /guestFile?id=…&token=…`, the data plane of file transfers:
 * docs/reference/guest-operations.md#transfers.
 */
export async function serveGuestFile(
  request: IncomingMessage,
  response: ServerResponse,
  hostPort: number | undefined,
  context: FileTransferContext,
): Promise<void> {
  const startedAtMs = Date.now();
  const method = request.method ?? "?";
  const ticket = ticketOf(request, hostPort, context.tickets);
  const names = ticket === undefined ? [] : [ticket.machine.ref.value, ticket.machine.settings.name];
  const disturbances = context.interference.take(method, names);
  await passBefore(context.latencyMilliseconds(), disturbances, { method, parameters: {} });
  const answer = await serve(request, response, ticket, disturbances, context);
  context.log.add({
    method,
    ...(ticket === undefined ? {} : { vm: ticket.machine.ref.value }),
    startedAtMs,
    durationMilliseconds: Date.now() - startedAtMs,
    httpStatus: answer.status,
    sizeBytes: answer.sizeBytes,
  });
  answer.complete();
}

/** The good ticket that the URL names. A host serves only its own; the vCenter (hostPort undefined) serves all. */
function ticketOf(
  request: IncomingMessage,
  hostPort: number | undefined,
  tickets: TransferTickets,
): TransferTicket | undefined {
  const query = new URLSearchParams((request.url ?? "").split("?")[1] ?? "");
  const id = Number(query.get("id") ?? Number.NaN);
  const ticket = tickets.find(id, query.get("token") ?? "", request.method ?? "");
  return hostPort === undefined || ticket?.hostPort === hostPort ? ticket : undefined;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  ticket: TransferTicket | undefined,
  disturbances: readonly Disturbance[],
  context: FileTransferContext,
): Promise<TransferAnswer> {
  const reset = disturbances.find((rule) => rule.kind === "reset");
  const http = disturbances.find((rule) => rule.kind === "http");
  if (reset !== undefined && reset.when !== "after") return cut(response);
  if (http !== undefined) return refuse(request, response, http.status, "Service unavailable");
  if (ticket === undefined)
    return refuse(request, response, 404, "No such transfer, or its URL was used or is expired");
  const trouble = disturbances.find((rule) => rule.kind === "transfer");
  const answer = await transfer(request, response, ticket, trouble, context);
  return reset === undefined ? answer : cut(response);
}

/** Moves the bytes. Meanwhile the ticket serves no one else, and what kills it cuts the connection. */
async function transfer(
  request: IncomingMessage,
  response: ServerResponse,
  ticket: TransferTicket,
  trouble: Trouble,
  context: FileTransferContext,
): Promise<TransferAnswer> {
  let used = ticket.direction === "GET";
  const onStart = (): void => void (used = true);
  ticket.abort = () => response.destroy();
  try {
    return ticket.direction === "GET"
      ? await sendDownload(response, ticket, trouble)
      : await receiveUpload(request, response, ticket, { trouble, refuseEmpty: context.refuseEmptyUploads, onStart });
  } finally {
    ticket.abort = undefined;
    if (used) context.tickets.retire(ticket);
  }
}
