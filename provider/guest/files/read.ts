import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { GuestError } from "../../errors/guest-error";
import type { FileStart, TransferOptions } from "../guest";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";

/** A cut transfer is begun again this often. */
const attempts = 3;

/** What a file's bytes are given to, from the first on. */
interface Sink<T> {
  /** False: it needs no more. */
  take(chunk: Buffer): boolean;
  end(): T;
}

/** Streams the file into a sink, once more from the start when the transfer was cut. */
async function readThrough<T>(
  transfers: Transfers,
  path: string,
  begin: (sizeBytes: number) => Sink<T>,
  op: Operation,
  options: TransferOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { sizeBytes, body } = await transfers.download(path, op, options);
      return await drain(body, () => begin(sizeBytes));
    } catch (error) {
      const mayRepeat = error instanceof GuestError && error.code === "TRANSFER_FAILED" && attempt < attempts;
      if (!mayRepeat || op.signal.aborted || Date.now() >= op.deadlineMs) throw error;
      op.log.debug(`${transfers.vm.name} ${path}: reading begins again: ${error.message}`);
    }
  }
}

/** The first bytes of a file, `limitBytes` at most, and how many it has. */
export function readStart(
  transfers: Transfers,
  path: string,
  limitBytes: number,
  op: Operation,
  options: TransferOptions = {},
): Promise<FileStart> {
  return readThrough(transfers, path, (sizeBytes) => startOf(sizeBytes, limitBytes), op, options);
}

/** A file's bytes; INVALID_INPUT when there are more than `limitBytes`. */
export async function readBytes(
  transfers: Transfers,
  path: string,
  limitBytes: number,
  op: Operation,
  options: TransferOptions = {},
): Promise<Buffer> {
  const refuseMore = (sizeBytes: number) => {
    if (sizeBytes <= limitBytes) return;
    const limit = `more than the ${limitBytes} that may be read at once`;
    throw new GuestError("INVALID_INPUT", `${transfers.vm.name} ${path}: has ${sizeBytes} bytes, ${limit}.`);
  };
  const begin = (sizeBytes: number) => {
    refuseMore(sizeBytes);
    return startOf(sizeBytes, limitBytes + 1);
  };
  const { bytes } = await readThrough(transfers, path, begin, op, options);
  refuseMore(bytes.length);
  return bytes;
}

function startOf(sizeBytes: number, limitBytes: number): Sink<FileStart> {
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  return {
    take: (chunk) => {
      chunks.push(chunk);
      receivedBytes += chunk.length;
      return receivedBytes < limitBytes;
    },
    end: () => ({ bytes: Buffer.concat(chunks).subarray(0, limitBytes), totalBytes: sizeBytes }),
  };
}

/** sha256 (hex) of a file's bytes; memory use does not depend on its size. */
export async function sha256Of(
  transfers: Transfers,
  path: string,
  op: Operation,
  options: TransferOptions = {},
): Promise<string> {
  const hashing = () => {
    const hash = createHash("sha256");
    const take = (chunk: Buffer) => {
      hash.update(chunk);
      return true;
    };
    return { take, end: () => hash.digest("hex") };
  };
  return readThrough(transfers, path, hashing, op, options);
}

/** Whatever happens, the stream is closed. */
async function drain<T>(body: Readable, begin: () => Sink<T>): Promise<T> {
  try {
    const sink = begin();
    for await (const chunk of body) if (!sink.take(chunk as Buffer)) break;
    return sink.end();
  } finally {
    body.destroy();
  }
}
