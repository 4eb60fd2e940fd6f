/**
 * How far before now a written file's modification time is set. Guest times are whole seconds, so a change in the same
 * second as our write could go unseen; with a time of our own choosing any later change shows
 * (docs/decisions/modification-time-as-proof.md).
 */
const leastLeadSeconds = 3;

/** Contents of other hashes get times of other remainders, so that two deploys at a time are told apart; a prime number of seconds. */
const remainders = 31;

/**
 * The modification time to give to a file that is written now: whole seconds. `sha256`: of what is written, in hex;
 * `found`: the time of the file that is replaced, which a content of ours must not take over.
 */
export function modificationTimeForWrite(sha256: string, found?: Date): Date {
  const latest = Math.floor(Date.now() / 1000) - leastLeadSeconds;
  const remainder = Number.parseInt(sha256.slice(0, 8), 16) % remainders;
  const seconds = latest - ((latest - remainder) % remainders);
  const isTaken = found?.getTime() === seconds * 1000;
  return new Date((isTaken ? seconds - remainders : seconds) * 1000);
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
