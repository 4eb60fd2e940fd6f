import { randomBytes } from "node:crypto";

/** Longer names are refused by the usual file systems. */
const nameBytesLimit = 255;
const suffix = ".pulumi";
/** Room for what the guest itself puts between prefix and suffix: `vmware` and a number (protocol.md C.3). */
const guestPartBytes = 24;

/**
 * Names for the temporary file beside a target: hidden, recognisable, and unguessable, so that nobody can stand in the
 * way and a look by prefix finds just this one.
 */
export interface TemporaryName {
  /** `.<name>.<random>` */
  readonly prefix: string;
  readonly suffix: string;
}

export function temporaryName(targetName: string): TemporaryName {
  const random = randomBytes(6).toString("hex");
  const room = nameBytesLimit - suffix.length - guestPartBytes - random.length - 2;
  return { prefix: `.${startOf(targetName, room)}.${random}`, suffix };
}

/** The longest start of the text within so many bytes, in whole characters. */
function startOf(text: string, limitBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limitBytes) break;
    kept += character;
  }
  return kept;
}
