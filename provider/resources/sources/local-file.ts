import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { throwIfAborted } from "../../operation/abort";

const blockBytes = 256 * 1024;

/**
 * sha256 (hex) of a file on this machine. One buffer serves the whole file: memory does not depend on its size. Rejects
 * with the signal's cancellation.
 */
export async function sha256OfLocalFile(path: string, signal: AbortSignal): Promise<string> {
  const file = await open(path);
  try {
    const hash = createHash("sha256");
    const block = Buffer.allocUnsafeSlow(blockBytes);
    for (;;) {
      throwIfAborted(signal);
      const { bytesRead } = await file.read(block, 0, blockBytes);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(block.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
