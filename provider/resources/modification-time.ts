/**
 * How far before now a written file's modification time is set. Guest times are whole seconds, so a change in the same
 * second as our write could go unseen; with a time of our own choosing any later change shows
 * (docs/decisions/0004-modification-time-as-proof.md).
 */
const leadMs = 3_000;

/** The modification time to give to a file that is written now: whole seconds. */
export function modificationTimeForWrite(): Date {
  return new Date(Math.floor((Date.now() - leadMs) / 1000) * 1000);
}
