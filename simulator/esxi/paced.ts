import { setTimeout as delay } from "node:timers/promises";
import type { Disturbance } from "../controls/interference";

/** What a control does to the bytes of a transfer. */
export type Trouble = Extract<Disturbance, { kind: "transfer" }> | undefined;

/** The connection is to be cut here. */
export class Cut extends Error {}

/** Passes chunks on, slower or only so far when a disturbance says so. Throws Cut. */
export async function* paced(chunks: AsyncIterable<Buffer>, trouble: Trouble): AsyncGenerator<Buffer> {
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
