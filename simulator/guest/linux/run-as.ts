import type { GuestUser } from "../guest-agent";

let supplementaryGroupsDropped = false;

/** True when this process may take on the ids of guest users. */
export function canSwitchUsers(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Runs `work` under the user's effective ids and restores our own before it returns. `work` has to be synchronous and
 * may only use synchronous calls: libuv's threads share the ids. Without root it simply runs.
 *
 * Trap: each id call stops every thread of the process (about 0.07 ms), so calls that change nothing are left out. To
 * that end our own supplementary groups, which give root no right that it lacks, are dropped once for all.
 */
export function runAs<T>(user: GuestUser, work: () => T): T {
  if (user.uid === 0 || !canSwitchUsers()) return work();
  if (!supplementaryGroupsDropped) {
    process.setgroups?.([]);
    supplementaryGroupsDropped = true;
  }
  const groups = user.groups ?? [];
  try {
    if (groups.length > 0) process.setgroups?.([...groups]);
    process.setegid?.(user.gid);
    process.seteuid?.(user.uid);
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    if (groups.length > 0) process.setgroups?.([]);
  }
}
