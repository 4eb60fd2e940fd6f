import { createHash } from "node:crypto";
import { createTwoFilesPatch } from "diff";
import type { FileStat } from "../../guest/guest";
import { isPrintable } from "../../values/printable";
import { transferOf } from "../../vocabulary/inputs";
import { type DesiredContent, contentInput } from "./content";
import type { GuestFileState, GuestFileTask } from "./schema";

/** Text above this is not shown line by line. */
const shownTextLimitBytes = 16 * 1024;
const shownLines = 40;
/** The steps of a comparison grow with the square of the lines that differ: of more than these none is told. */
const comparedEdits = 1_000;

/** What the file's bytes are, compared with what is declared. */
export type ContentFinding =
  | { readonly same: true; readonly sha256: string }
  | { readonly same: false; readonly sha256?: string; readonly text?: string; readonly reason: string };

/**
 * Compares the guest's content with the declared one in as few requests as can be: none where size or the recorded
 * modification time decide, one download where they do not.
 */
export async function findContent(
  task: GuestFileTask,
  desired: DesiredContent,
  stat: FileStat,
): Promise<ContentFinding> {
  const { guest, want, have, op } = task;
  const isRecorded = have?.sha256 === desired.sha256;
  if (isUnwatched(task, desired)) return { same: true, sha256: desired.sha256 };
  const sizeDiffers = desired.sizeBytes !== undefined && desired.sizeBytes !== stat.sizeBytes;
  if (!sizeDiffers && want.driftDetection !== "content" && isRecorded && isAsRecorded(have, stat)) {
    return { same: true, sha256: desired.sha256 };
  }
  if (stat.unreadable) return findUnreadable(task, desired, stat);
  const secret = op.secretInputs.has(contentInput(want) ?? "content");
  if (stat.sizeBytes <= shownTextLimitBytes && !secret && want.content !== undefined) {
    return compareText(task, want.content, desired, stat);
  }
  if (sizeDiffers) return { same: false, reason: sizeReason(desired, stat) };
  const sha256 = await guest.files.sha256(stat.path, op, transferOf(want));
  if (sha256 === desired.sha256) return { same: true, sha256 };
  const hashes = secret ? "" : ` (sha256 ${sha256.slice(0, 12)}… in the guest, ${desired.sha256.slice(0, 12)}… wanted)`;
  return { same: false, sha256, reason: `content differs, ${stat.sizeBytes} bytes${hashes}` };
}

/** Bytes that the login may not read: size and time decide, whatever `driftDetection` asks. */
function findUnreadable({ have }: GuestFileTask, desired: DesiredContent, stat: FileStat): ContentFinding {
  if (have?.sha256 === desired.sha256 && isAsRecorded(have, stat)) return { same: true, sha256: desired.sha256 };
  const reason = "content can't be compared: the guest login may not read it, and size or time are not as recorded";
  return { same: false, reason };
}

/** `driftDetection: off`: whatever the guest holds stays, until the program declares other content than it did. */
export function isUnwatched({ want, have }: GuestFileTask, desired: DesiredContent | undefined): boolean {
  return want.driftDetection === "off" && desired !== undefined && have?.sha256 === desired.sha256;
}

/** Size and modification time are those of a record that counts as proof. */
export function isAsRecorded(recorded: GuestFileState, stat: FileStat): boolean {
  return recorded.sizeBytes === stat.sizeBytes && recorded.modifiedAt === stat.modifiedAt.toISOString();
}

async function compareText(
  { guest, want, op }: GuestFileTask,
  wanted: string,
  desired: DesiredContent,
  stat: FileStat,
): Promise<ContentFinding> {
  const bytes = await guest.files.readBytes(stat.path, shownTextLimitBytes, op, transferOf(want));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 === desired.sha256) return { same: true, sha256 };
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes) && !text.includes("\u0000");
  if (!isText || wanted.length > shownTextLimitBytes) return { same: false, sha256, reason: sizeReason(desired, stat) };
  const reason = `content differs in the guest\n${lineDiff(text, wanted)}`;
  // What is recorded the engine prints as it is.
  return { same: false, sha256, reason, ...(isPrintable(text) ? { text } : {}) };
}

/** What differs line by line; where that is more than the comparison is given steps for, how many lines there are. */
export function lineDiff(actual: string, wanted: string): string {
  const options = { context: 1, maxEditLength: comparedEdits };
  const patch = createTwoFilesPatch("guest", "wanted", actual, wanted, "", "", options);
  if (patch === undefined) {
    const count = (text: string) => text.split("\n").length;
    return `    more than ${comparedEdits} lines differ: ${count(actual)} lines in the guest, ${count(wanted)} wanted`;
  }
  const lines = patch
    .split("\n")
    .slice(3)
    .filter((line) => line !== "");
  const more = lines.length > shownLines ? [`… ${lines.length - shownLines} more lines`] : [];
  return [...lines.slice(0, shownLines), ...more].map((line) => `    ${line}`).join("\n");
}

function sizeReason(desired: DesiredContent, stat: FileStat): string {
  return `content differs: ${stat.sizeBytes} bytes in the guest, ${desired.sizeBytes ?? "other content"}${desired.sizeBytes === undefined ? "" : " bytes"} wanted`;
}
