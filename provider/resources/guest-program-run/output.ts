import iconv from "iconv-lite";
import type { ProgramOutput } from "../../guest/guest";

export interface DecodedOutput {
  /** Text without its last line end; what was cut is marked. */
  readonly text: string;
  /** The bytes, where they are not UTF-8 text. */
  readonly base64?: string;
}

/**
 * Output as text: UTF-8, else UTF-16LE as Windows programs write it, recognised by its byte order mark, and with
 * `codePage` (of a Windows guest, such as "850") also by its zeros; else by that code page.
 */
export function decodeOutput({ bytes, totalBytes }: ProgramOutput, codePage?: string): DecodedOutput {
  const isCut = totalBytes > bytes.length;
  const mark = isCut ? `\n[cut: ${bytes.length} of ${totalBytes} bytes]` : "";
  const utf8 = isMarkedUtf16(bytes) || (codePage !== undefined && isUtf16(bytes)) ? undefined : asUtf8(bytes, isCut);
  if (utf8 !== undefined) return { text: trimLineEnd(utf8) + mark };
  return { text: trimLineEnd(asOther(bytes, codePage)) + mark, base64: bytes.toString("base64") };
}

/** True where nothing but the guest's code page tells what the bytes mean. */
export function needsCodePage({ bytes, totalBytes }: ProgramOutput): boolean {
  return isUtf16(bytes) || (!isMarkedUtf16(bytes) && asUtf8(bytes, totalBytes > bytes.length) === undefined);
}

function asOther(bytes: Buffer, codePage: string | undefined): string {
  if (isMarkedUtf16(bytes)) return bytes.subarray(2).toString("utf16le");
  if (codePage === undefined) return bytes.toString("utf8");
  if (isUtf16(bytes)) return bytes.toString("utf16le");
  return iconv.encodingExists(codePage) ? iconv.decode(bytes, codePage) : bytes.toString("latin1");
}

/** Undefined when it is something else. A character that the cut went through does not count. */
function asUtf8(bytes: Buffer, isCut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

function isMarkedUtf16(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe;
}

/** Latin text in UTF-16LE: every other byte is mostly 0, the ones between never. */
function isUtf16(bytes: Buffer): boolean {
  let zeros = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0) return false;
    if (bytes[at + 1] === 0) zeros += 1;
  }
  return zeros > 0 && zeros >= bytes.length / 4;
}

function trimLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
