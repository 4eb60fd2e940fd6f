import { hasCode } from "../../errors/guest-error";
import type { GuestCalls } from "../calls/guest-calls";
import type { FileAttributes, FileStat, WriteOptions } from "../guest";
import type { Operation } from "../../operation/operation";

type Kept = NonNullable<WriteOptions["keep"]>;

const setIdBits = 0o6000;

/**
 * Attributes that a new file gets from the first byte, of those that it is to keep. A login that is not root's may not
 * give owner and group away, but for its own, which the file has anyway: they are looked at in the end
 * (keepOwnership), and until then nobody else's rights are lent (set-id bits).
 */
export function keptFromTheStart(calls: GuestCalls, keep: Kept): FileAttributes {
  if (mayGiveAway(calls)) return keep;
  return keep.mode === undefined ? {} : { mode: keep.mode & ~setIdBits };
}

/** True where any owner and group may be given; else it takes a try. */
export function mayGiveAway(calls: GuestCalls): boolean {
  return calls.guestUser === "root" || calls.family === "windows";
}

/**
 * Gives a file that took another's place that one's owner and group again, or the group alone; where the guest refuses
 * both, the file stays the login's, which is said. Returns true where something was changed.
 */
export async function keepOwnership(
  calls: GuestCalls,
  path: string,
  written: FileStat,
  { attributes, keep = {} }: Pick<WriteOptions, "attributes" | "keep">,
  op: Operation,
): Promise<boolean> {
  const [ownerId, groupId] = [attributes.ownerId ?? keep.ownerId, attributes.groupId ?? keep.groupId];
  const [ownerDiffers, groupDiffers] = [differs(ownerId, written.ownerId), differs(groupId, written.groupId)];
  const mode = attributes.mode ?? keep.mode;
  const withMode = mode === undefined ? {} : { mode };
  if (!ownerDiffers && !groupDiffers) {
    if (!differs(mode, written.mode)) return false;
    return isAllowed(calls.changeFileAttributesInGuest(path, withMode, op));
  }
  const group = groupDiffers && groupId !== undefined ? { groupId } : {};
  if (ownerDiffers && ownerId !== undefined) {
    const given = { ...group, ownerId, ...withMode };
    if (await isAllowed(calls.changeFileAttributesInGuest(path, given, op))) return true;
    op.log.info(
      `${calls.vm.name} ${path}: belongs to ${calls.guestUser} now, not to ${ownerId} as before, which only root could arrange`,
    );
  }
  if (group.groupId === undefined) return false;
  // A change of group clears the set-id bits: they were lent by the owner before.
  const lent = attributes.mode === undefined && mode !== undefined ? { mode: mode & ~setIdBits } : withMode;
  if (await isAllowed(calls.changeFileAttributesInGuest(path, { ...group, ...lent }, op))) return true;
  op.log.info(
    `${calls.vm.name} ${path}: has a group of ${calls.guestUser} now, not ${groupId} as before, which ${calls.guestUser} is not in`,
  );
  return false;
}

function differs(wanted: number | undefined, found: number | undefined): boolean {
  return wanted !== undefined && wanted !== found;
}

async function isAllowed(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (hasCode(error, "GUEST_PERMISSION_DENIED")) return false;
    throw error;
  }
}
