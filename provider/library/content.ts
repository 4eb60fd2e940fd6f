import { createReadStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import type { ContentSource } from "../guest/guest";

/** Bytes to write: text (UTF-8), bytes, or a source that can be opened more than once. */
export type Content = string | Uint8Array | ContentSource;

/** Told while bytes travel; a transfer that begins again counts from 0. */
export type ProgressListener = (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;

export function contentOf(content: Content): ContentSource {
  if (typeof content !== "string" && !(content instanceof Uint8Array)) return content;
  const bytes = Buffer.from(content as string);
  return { sizeBytes: bytes.length, open: () => Readable.from(bytes.length === 0 ? [] : [bytes]) };
}

/** A file on this machine. */
export function localContent(path: string, sizeBytes: number): ContentSource {
  return { sizeBytes, open: () => createReadStream(path) };
}

/** The same content, whose progress is told. */
export function told(content: ContentSource, listener: ProgressListener | undefined): ContentSource {
  if (listener === undefined) return content;
  const { sizeBytes } = content;
  return { sizeBytes, open: () => content.open().pipe(counting(sizeBytes, listener)) };
}

/** Passes bytes on and tells how many. */
export function counting(totalBytes: number, listener: ProgressListener): Transform {
  let doneBytes = 0;
  listener({ doneBytes, totalBytes });
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      doneBytes += chunk.length;
      listener({ doneBytes, totalBytes });
      done(null, chunk);
    },
  });
}
