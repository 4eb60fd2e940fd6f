import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { CallLog } from "../controls/call-log";
import { passBefore, type Disturbance, type Interference } from "../controls/interference";
import type { TransferTicket, TransferTickets } from "./transfer-tickets";

/** What the file servers of all hosts share. */
export interface FileTransferContext {
  readonly tickets: TransferTickets;
  readonly log: CallLog;
  readonly interference: Interference;
  latencyMilliseconds(): number;
  /** A zero-byte PUT is answered 500, as real hosts do (peers.md 7). */
  readonly refuseEmptyUploads: boolean;
}

interface Outcome {
  readonly status: number;
  readonly sizeBytes: number;
}

/** Serves `PUT|GET /guestFile?id=…&token=…`, the data plane of file transfers: protocol.md C.4. */
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
  await passBefore(context.latencyMilliseconds(), disturbances);
  const outcome = await serve(request, response, ticket, disturbances, context);
  context.log.add({
    method,
    ...(ticket === undefined ? {} : { vm: ticket.machine.ref.value }),
    startedAtMs,
    durationMilliseconds: Date.now() - startedAtMs,
    httpStatus: outcome.status,
    sizeBytes: outcome.sizeBytes,
  });
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
): Promise<Outcome> {
  const reset = disturbances.find((rule) => rule.kind === "reset");
  const http = disturbances.find((rule) => rule.kind === "http");
  if (reset !== undefined && reset.when !== "after") return cut(response);
  if (http !== undefined) return refuse(request, response, http.status, "Service unavailable");
  if (ticket === undefined)
    return refuse(request, response, 404, "No such transfer, or its URL was used or is expired");
  const trouble = disturbances.find((rule) => rule.kind === "transfer");
  ticket.abort = () => response.destroy();
  try {
    const outcome =
      ticket.direction === "PUT"
        ? await receive(request, response, ticket, trouble, context, reset !== undefined)
        : await send(response, ticket, trouble);
    return reset === undefined ? outcome : cut(response);
  } finally {
    ticket.abort = undefined;
  }
}

type Trouble = Extract<Disturbance, { kind: "transfer" }> | undefined;

/** Upload. The size announced with InitiateFileTransferToGuest is binding; a cut upload leaves a partial file. */
async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  ticket: TransferTicket,
  trouble: Trouble,
  context: FileTransferContext,
  silent: boolean,
): Promise<Outcome> {
  const length = request.headers["content-length"];
  if (length === undefined) return refuse(request, response, 411, "Content-Length is required");
  if (Number(length) !== ticket.sizeBytes)
    return refuse(request, response, 500, `Content-Length ${length} is not the announced size ${ticket.sizeBytes}`);
  if (ticket.sizeBytes === 0 && context.refuseEmptyUploads) return refuse(request, response, 500, "Empty upload");
  context.tickets.retire(ticket);
  try {
    const upload = await (await ticket.machine.agent()).openUpload(ticket.auth, ticket.path, ticket.attributes);
    let written = 0;
    try {
      for await (const chunk of paced(request as AsyncIterable<Buffer>, trouble)) {
        await upload.write(chunk);
        written += chunk.length;
      }
      if (written !== ticket.sizeBytes) throw new Error("the upload ended early");
      await upload.finish();
    } catch (error) {
      await upload.abort();
      throw error;
    }
    if (!silent) respond(response, 200, "");
    return { status: 200, sizeBytes: written };
  } catch (error) {
    return error instanceof Cut ? cut(response) : refuse(request, response, 500, failureText(error));
  }
}

/** Download of the whole file. */
async function send(response: ServerResponse, ticket: TransferTicket, trouble: Trouble): Promise<Outcome> {
  try {
    const { size, body } = await (await ticket.machine.agent()).openDownload(ticket.auth, ticket.path);
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": size });
    let sent = 0;
    for await (const chunk of paced(body, trouble)) {
      sent += chunk.length;
      if (!response.write(chunk)) await drained(response);
      if (response.destroyed) throw new Cut();
    }
    response.end();
    return { status: 200, sizeBytes: sent };
  } catch (error) {
    if (error instanceof Cut || response.headersSent) return cut(response);
    respond(response, 500, failureText(error));
    return { status: 500, sizeBytes: 0 };
  }
}

/** The connection is to be cut here. */
class Cut extends Error {}

/** Passes chunks on, slower or only so far when a disturbance says so. */
async function* paced(chunks: AsyncIterable<Buffer>, trouble: Trouble): AsyncGenerator<Buffer> {
  let left = trouble?.cutAfterBytes ?? Infinity;
  for await (const chunk of chunks) {
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= part.length;
    if (trouble?.bytesPerSecond !== undefined)
      await delay((part.length / trouble.bytesPerSecond) * 1000, undefined, { ref: false });
    if (part.length > 0) yield part;
    if (left <= 0) throw new Cut();
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

function cut(response: ServerResponse): Outcome {
  response.socket?.destroy();
  return { status: 0, sizeBytes: 0 };
}

/** Refuses a request after its body is drained: a client that is still sending would see a reset instead. */
async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): Promise<Outcome> {
  if (!request.readableEnded && !request.destroyed) {
    request.resume();
    await new Promise<void>((resolve) => request.once("end", resolve).once("close", resolve).once("error", resolve));
  }
  respond(response, status, text);
  return { status, sizeBytes: 0 };
}

function respond(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

function failureText(error: unknown): string {
  return error instanceof Error ? error.message : "transfer failed";
}
