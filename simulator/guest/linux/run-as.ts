import type { GuestUser } from "../guest-agent";

/**
 * The group of all guest users beside those of their accounts: it lets them through to the guests' files (guest-store.ts).
 * No account of a machine has it: systemd leaves 65520 to 65533 unused.
 */
export const guestGroup = 65_531;

let hasGuestGroup = false;

/** True when this process may take on the ids of guest users. */
export function canSwitchUsers(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Runs `work` under the user's effective ids and restores our own before it returns. `work` has to be synchronous and
 * may only use synchronous calls: libuv's threads share the ids. Without root it simply runs.
 *
 * Trap: each id call stops every thread of the process (about 0.07 ms), so calls that change nothing are left out. To
 * that end our own supplementary groups, which give root no right that it lacks, are changed once for all.
 */
export function runAs<T>(user: GuestUser, work: () => T): T {
  if (user.uid === 0 || !canSwitchUsers()) return work();
  if (!hasGuestGroup) {
    process.setgroups?.([guestGroup]);
    hasGuestGroup = true;
  }
  const groups = user.groups ?? [];
  try {
    if (groups.length > 0) process.setgroups?.([guestGroup, ...groups]);
    process.setegid?.(user.gid);
    process.seteuid?.(user.uid);
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    if (groups.length > 0) process.setgroups?.([guestGroup]);
  }
}
