import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { GuestError } from "../../errors/guest-error";
import type { TransferOptions } from "../guest";
import type { GuestOperations } from "../calls/guest-operations";
import type { Operation } from "../../operation/operation";

/** A cut transfer is begun again this often. */
const attempts = 3;

/** Streams the file through `take`, once more from the start when the transfer was cut; returns its size in bytes. */
export async function readThrough<T>(
  operations: GuestOperations,
  path: string,
  begin: (sizeBytes: number) => { take(chunk: Buffer): void; end(): T },
  op: Operation,
  options: TransferOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { sizeBytes, body } = await operations.download(path, op, options);
      return await drain(body, () => begin(sizeBytes));
    } catch (error) {
      const mayRepeat = error instanceof GuestError && error.code === "TRANSFER_FAILED" && attempt < attempts;
      if (!mayRepeat || op.signal.aborted || Date.now() >= op.deadlineMs) throw error;
      op.log.debug(`${operations.vm.name} ${path}: reading begins again: ${error.message}`);
    }
  }
}

/** A file's bytes; INVALID_INPUT when there are more than `limitBytes`. */
export async function readBytes(
  operations: GuestOperations,
  path: string,
  limitBytes: number,
  op: Operation,
  options: TransferOptions = {},
): Promise<Buffer> {
  const tooLarge = (sizeBytes: number) =>
    new GuestError(
      "INVALID_INPUT",
      `${operations.vm.name} ${path}: has ${sizeBytes} bytes, more than the ${limitBytes} that may be read at once.`,
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
  return readThrough(operations, path, collect, op, options);
}

/** sha256 (hex) of a file's bytes; memory use does not depend on its size. */
export async function sha256Of(
  operations: GuestOperations,
  path: string,
  op: Operation,
  options: TransferOptions = {},
): Promise<string> {
  const hashing = () => {
    const hash = createHash("sha256");
    return { take: (chunk: Buffer) => void hash.update(chunk), end: () => hash.digest("hex") };
  };
  return readThrough(operations, path, hashing, op, options);
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
