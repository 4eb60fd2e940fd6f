import { statfs } from "node:fs/promises";
import { GuestError } from "../../errors/guest-error";

const shareOfFree = 0.5;

/** So many bytes may be written below a directory of this machine: half of what is free there. */
export async function bytesToFill(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.floor(bavail * bsize * shareOfFree);
}

/** Why what has more than `limitBytes` is refused, said of `what`. */
export function tooLarge(what: string, limitBytes: number): GuestError {
  return new GuestError(
    "INVALID_INPUT",
    `${what} more than ${limitBytes} bytes, half of what is free on the disk (set TMPDIR to a larger one)`,
  );
}

/** Passes chunks on; raises `tooLarge(what)` with the first byte that is too many. */
export async function* upTo(
  limitBytes: number,
  what: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge(what, limitBytes);
    yield chunk;
  }
}
