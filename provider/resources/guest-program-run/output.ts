import type { ProgramOutput } from "../../guest/guest";

export interface DecodedOutput {
  /** Text without its last line end; what was cut is marked. */
  readonly text: string;
  /** The bytes, where they are not UTF-8 text. */
  readonly base64?: string;
}

/** Output as text: UTF-8, or UTF-16LE as Windows programs write it, recognised by its byte order mark. */
export function decodeOutput({ bytes, totalBytes }: ProgramOutput): DecodedOutput {
  const cut = totalBytes > bytes.length ? `\n[cut: ${bytes.length} of ${totalBytes} bytes]` : "";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: trimLineEnd(bytes.subarray(2).toString("utf16le")) + cut, base64: bytes.toString("base64") };
  }
  const text = bytes.toString("utf8");
  const isText = cut !== "" || Buffer.from(text, "utf8").equals(bytes);
  const shown = trimLineEnd(text) + cut;
  return isText ? { text: shown } : { text: shown, base64: bytes.toString("base64") };
}

function trimLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
