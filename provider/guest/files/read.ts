import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { GuestError } from "../../errors/guest-error";
import type { TransferOptions } from "../guest";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";

/** A cut transfer is begun again this often. */
const attempts = 3;

/** Streams the file through `take`, once more from the start when the transfer was cut; returns its size in bytes. */
export async function readThrough<T>(
  transfers: Transfers,
  path: string,
  begin: (sizeBytes: number) => { take(chunk: Buffer): void; end(): T },
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

/** A file's bytes; INVALID_INPUT when there are more than `limitBytes`. */
export async function readBytes(
  transfers: Transfers,
  path: string,
  limitBytes: number,
  op: Operation,
  options: TransferOptions = {},
): Promise<Buffer> {
  const tooLarge = (sizeBytes: number) =>
    new GuestError(
      "INVALID_INPUT",
      `${transfers.vm.name} ${path}: has ${sizeBytes} bytes, more than the ${limitBytes} that may be read at once.`,
    );
  const collect = (sizeBytes: number) => {
    if (sizeBytes > limitBytes) throw tooLarge(sizeBytes);
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    return {
      take: (chunk: Buffer) => {
        receivedBytes += chunk.length;
        if (receivedBytes > limitBytes) throw tooLarge(receivedBytes);
        chunks.push(chunk);
      },
      end: () => Buffer.concat(chunks),
    };
  };
  return readThrough(transfers, path, collect, op, options);
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
    return { take: (chunk: Buffer) => void hash.update(chunk), end: () => hash.digest("hex") };
  };
  return readThrough(transfers, path, hashing, op, options);
}

/** Whatever happens, the stream is closed. */
async function drain<T>(body: Readable, begin: () => { take(chunk: Buffer): void; end(): T }): Promise<T> {
  try {
    const sink = begin();
    for await (const chunk of body) sink.take(chunk as Buffer);
    return sink.end();
  } finally {
    body.destroy();
  }
}
