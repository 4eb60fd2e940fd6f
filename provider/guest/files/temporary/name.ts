import { randomBytes } from "node:crypto";
import type { DirectoryEntry } from "../../calls/list-entries";
import { temporaryFileStaleHours, temporaryFileSuffix } from "../../paths/temporary-places";
import { isWriterGone, writerMark } from "./writer-mark";
import { escapePattern } from "../../paths/pattern";
import type { GuestFamily } from "../../guest";

/** Longer names are refused by the usual file systems. */
const nameBytesLimit = 255;
/**
 * Room for what the guest itself puts between prefix and suffix: `vmware` and a number
 * (docs/reference/guest-operations.md#temporary-files).
 */
const guestPartBytes = 24;
const randomDigits = 12;
/** Of a writer's mark, at the most. */
const markCharacters = 27;

/**
 * Names for the temporary file beside a target: hidden, recognisable, and unguessable, so that nobody can stand in the
 * way and a look by prefix finds just this one.
 */
export interface TemporaryName {
  /** `.<name>.<random><mark of the writer>` */
  readonly prefix: string;
  readonly suffix: string;
}

/** `deadlineMs`: when the deploy that writes is over. */
export function temporaryName(targetName: string, deadlineMs: number): TemporaryName {
  const random = randomBytes(randomDigits / 2).toString("hex");
  return { prefix: `${beginning(targetName)}${random}${writerMark(deadlineMs)}`, suffix: temporaryFileSuffix };
}

/** Matches the names of all temporary files that were ever made for a target. */
export function temporaryNamePattern(targetName: string, family: GuestFamily): string {
  const [start, end] = [beginning(targetName), temporaryFileSuffix].map((text) => escapePattern(text, family));
  return `^${start}[0-9a-f]{${randomDigits}}.*${end}$`;
}

/** Matches the names of all temporary files, whatever their targets. */
export function anyTemporaryNamePattern(family: GuestFamily): string {
  return `^\\..*\\.[0-9a-f]{${randomDigits}}.*${escapePattern(temporaryFileSuffix, family)}$`;
}

function beginning(targetName: string): string {
  const room = nameBytesLimit - temporaryFileSuffix.length - guestPartBytes - randomDigits - markCharacters - 2;
  return `.${startOf(targetName, room)}.`;
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

/** True for the name of a temporary file, whatever its target, that no deploy works on any more. */
export function isLeftBehind(name: string, touchedAt: Date, family: GuestFamily): boolean {
  if (!new RegExp(anyTemporaryNamePattern(family)).test(name)) return false;
  return isWriterGone(name) ?? isOld(touchedAt.getTime());
}

function isOld(touchedMs: number): boolean {
  return Date.now() - touchedMs > temporaryFileStaleHours * 3_600_000;
}

/**
 * True for a file that no deploy works on any more: by its writer's mark, else when nobody has touched it for long. Both
 * times count: one being written may have got an old one already.
 */
export function isStale({ name, info }: DirectoryEntry): boolean {
  if (info.type !== "file") return false;
  const { modificationTime, accessTime } = info.attributes;
  const touchedMs = Math.max(modificationTime?.getTime() ?? Infinity, accessTime?.getTime() ?? Infinity);
  return isWriterGone(name) ?? isOld(touchedMs);
}
