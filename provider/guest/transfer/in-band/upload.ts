import type { Readable } from "node:stream";
import { GuestError, hasCode } from "../../../errors/guest-error";
import type { ContentSource, FileAttributes } from "../../guest";
import type { GuestCalls } from "../../calls/guest-calls";
import { runInBand } from "./program";
import { writePieceScript } from "./scripts";
import type { Operation } from "../../../operation/operation";
import { quoteForShell } from "../../paths/quoting-posix";

/**
 * What a program's start may take, and what is kept free for names
 * (docs/reference/guest-operations.md#every-operation).
 */
const startBytes = 60_000;
const reservedBytes = 3_000;
/** As a transfer leaves it that is told no mode (docs/reference/guest-operations.md#transfers). */
const defaultMode = 0o644;

/**
 * Writes a file through vCenter alone: pieces in base64 as arguments of small programs, 2 requests each of about 40 KB,
 * then its attributes. The file is private until then. POSIX guests only.
 */
export async function uploadInBand(
  calls: GuestCalls,
  path: string,
  attributes: FileAttributes,
  content: ContentSource,
  op: Operation,
): Promise<void> {
  const pieceBytes = pieceBytesFor(path, calls.loginSizeBytes);
  let sentBytes = 0;
  let writtenBytes = 0;
  for await (const piece of piecesOf(content.open(), pieceBytes)) {
    const number = sentBytes / pieceBytes;
    sentBytes += piece.length;
    const wantBytes = sentBytes;
    const parameters = [path, String(number), String(pieceBytes), piece.toString("base64")];
    const look = async () => {
      const sizeBytes = await sizeOf(calls, path, op);
      return sizeBytes !== undefined && sizeBytes >= wantBytes ? sizeBytes : undefined;
    };
    writtenBytes = await runInBand(calls, { path, script: writePieceScript, parameters }, look, op);
  }
  if (sentBytes !== content.sizeBytes || writtenBytes !== sentBytes) {
    const text = `${writtenBytes} bytes were written where ${content.sizeBytes} were announced`;
    throw new GuestError("TRANSFER_FAILED", `${calls.vm.name} ${path}: ${text}.`);
  }
  const final = { mode: defaultMode, ...attributes };
  if (final.mode === 0o600 && Object.keys(final).length === 1) return;
  await calls.changeFileAttributesInGuest(path, final, op);
}

function pieceBytesFor(path: string, loginSizeBytes: number): number {
  const overhead = Buffer.byteLength(quoteForShell(writePieceScript)) + Buffer.byteLength(quoteForShell(path));
  return Math.floor((startBytes - reservedBytes - loginSizeBytes - overhead) / 4) * 3;
}

/** Pieces of exactly `pieceBytes`, the last one shorter; one empty piece for no bytes. */
async function* piecesOf(source: Readable, pieceBytes: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isEmpty = true;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes < pieceBytes) continue;
    const all = Buffer.concat(waiting);
    let taken = 0;
    for (; all.length - taken >= pieceBytes; taken += pieceBytes) yield all.subarray(taken, taken + pieceBytes);
    isEmpty = false;
    waiting = [all.subarray(taken)];
    waitingBytes = all.length - taken;
  }
  if (waitingBytes > 0 || isEmpty) yield Buffer.concat(waiting);
}

async function sizeOf(calls: GuestCalls, path: string, op: Operation): Promise<number | undefined> {
  try {
    const { files } = await calls.listFilesInGuest(path, { maxResults: 1 }, op);
    return files[0]?.size;
  } catch (error) {
    if (hasCode(error, "PATH_NOT_FOUND")) return undefined;
    throw error;
  }
}
