/**
 * How far before now a written file's modification time is set. Guest times are whole seconds, so a change in the same
 * second as our write could go unseen; with a time of our own choosing any later change shows
 * (docs/decisions/modification-time-as-proof.md).
 */
const leadMs = 3_000;

/** The modification time to give to a file that is written now: whole seconds. */
export function modificationTimeForWrite(): Date {
  return new Date(Math.floor((Date.now() - leadMs) / 1000) * 1000);
}

/** Guest times are whole seconds, and clocks tick apart a little: a change so young may be followed by another of the same time. */
const unsettledMs = 2_000;

/**
 * True for a time that no later change can have, so that, with the size, it proves from now on that the content is the
 * one just looked at. A time ahead of our clock is none: the guest's clock may be ahead too, and the change a moment old.
 */
export function isSettled(modifiedAt: Date): boolean {
  return Date.now() - modifiedAt.getTime() > unsettledMs;
}
