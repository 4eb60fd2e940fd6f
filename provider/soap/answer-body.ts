import { GuestError } from "../errors/guest-error";
import { XmlReader } from "./parse";
import type { SoapElement } from "./soap-element";

const mebibyte = 1024 * 1024;
/** More than any page of results: the largest, a listing of 50,000 files, has 15 MiB. */
const maxAnswerBytes = 64 * mebibyte;
/** What comes of a server before a login: what it is, and who has logged in; a few thousand bytes. */
const maxAnswerBytesBeforeLogin = mebibyte;

export interface AnswerLimits {
  /** Nobody has proved anything yet. */
  readonly beforeLogin: boolean;
  /** Longest time from the first byte to the last: bytes that dribble end by it. */
  readonly timeoutMs: number;
}

/**
 * Reads an answer as it comes, a piece at each turn, so that time-outs, signals and other work get theirs between. Rejects
 * with PROTOCOL_ERROR for what is not the XML expected or too large, VCENTER_UNREACHABLE for what does not end.
 */
export async function readAnswer(body: AsyncIterable<Buffer>, limits: AnswerLimits): Promise<SoapElement> {
  const reader = new XmlReader();
  const decoder = new TextDecoder();
  const endMs = performance.now() + limits.timeoutMs;
  const maxBytes = limits.beforeLogin ? maxAnswerBytesBeforeLogin : maxAnswerBytes;
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes, limits.beforeLogin);
    if (performance.now() > endMs) throw endless(limits.timeoutMs);
    reader.write(decoder.decode(chunk, { stream: true }));
    await turn();
  }
  reader.write(decoder.decode());
  return reader.end();
}

/** Lets timers, signals and sockets have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function tooLarge(maxBytes: number, beforeLogin: boolean): GuestError {
  const which = beforeLogin ? "an answer before the login" : "an answer";
  return new GuestError("PROTOCOL_ERROR", `it is larger than ${maxBytes} bytes, which ${which} of vSphere never is`);
}

function endless(timeoutMs: number): GuestError {
  return new GuestError("VCENTER_UNREACHABLE", `its end did not come within ${timeoutMs / 1_000} seconds`);
}
