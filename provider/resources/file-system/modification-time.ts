/**
 * How far before now a written file's modification time is set. Guest times are whole seconds, so a change in the same
 * second as our write could go unseen; with a time of our own choosing any later change shows
 * (docs/decisions/modification-time-as-proof.md).
 */
const leastLeadSeconds = 3;

/** Contents of other hashes get other leads, so that two deploys in one second are told apart; a prime number of seconds. */
const leads = 31;

/**
 * The modification time to give to a file that is written now: whole seconds. `sha256`: of what is written, in hex;
 * `found`: the time of the file that is replaced, which a content of ours must not take over.
 */
export function modificationTimeForWrite(sha256: string, found?: Date): Date {
  const leadSeconds = leastLeadSeconds + (Number.parseInt(sha256.slice(0, 8), 16) % leads);
  const time = new Date((Math.floor(Date.now() / 1000) - leadSeconds) * 1000);
  return time.getTime() === found?.getTime() ? new Date(time.getTime() - 1000) : time;
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
