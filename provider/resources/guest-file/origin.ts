import type { FileAttributes, FileStat, GuestFamily } from "../../guest/guest";
import { pathKey } from "../../guest/paths/normal-path";
import { parentOf } from "../../guest/paths/path";
import { formatMode, parseMode } from "../file-system/attributes";
import { given } from "../../values/given";
import type { GuestFileState } from "./schema";
import type { Target } from "./target";

/** What a record tells of where a file comes from: made here, or there before. */
export type Origin = Pick<GuestFileState, "created" | "before" | "backupPath" | "targetPath">;

/**
 * The origin of a file that is about to be made or changed, `have` the record of before. A file that is not there is
 * ours from now on, unless a backup of the user's waits for it (docs/decisions/what-was-there-is-the-users.md).
 */
export function originOf(have: GuestFileState | undefined, path: string, target: Target, family: GuestFamily): Origin {
  const targetPath = target.path === path ? {} : { targetPath: target.path };
  const same = have !== undefined && isOfSameFile(have, target) ? have : undefined;
  const backup = given({ backupPath: same?.backupPath });
  if (target.stat === undefined && same?.backupPath === undefined) return { created: true, ...targetPath };
  if (same !== undefined) {
    return { created: wasMadeHere(same, family), ...given({ before: same.before }), ...backup, ...targetPath };
  }
  return { created: false, ...given({ before: attributesBefore(target.stat) }), ...targetPath };
}

/** The origin of what is only looked at: as recorded; an object without a record (import) was there before. */
export function originSeen(have: GuestFileState | undefined, path: string, target: Target): Origin {
  if (have !== undefined) {
    const { created, before, backupPath, targetPath } = have;
    return given({ created, before, backupPath, targetPath });
  }
  const targetPath = target.path === path ? {} : { targetPath: target.path };
  return { created: false, ...given({ before: attributesBefore(target.stat) }), ...targetPath };
}

/** A record of an earlier version does not tell: only where the file's directory was made for it, it can't have been there before. */
export function wasMadeHere(have: GuestFileState, family: GuestFamily): boolean {
  return have.created ?? have.createdParents?.includes(parentOf(have.path, family)) ?? false;
}

/** The attributes that a file had before it was adopted. */
export function formerAttributes(before: NonNullable<Origin["before"]>): FileAttributes {
  const { mode, ...others } = before;
  return { ...given(others), ...(mode === undefined ? {} : { mode: parseMode(mode) }) };
}

/** A link may lead to another file than when it was recorded: that one's origin is its own. */
function isOfSameFile(have: GuestFileState, target: Target): boolean {
  return have.created === undefined || pathKey(have.targetPath ?? have.path) === pathKey(target.path);
}

function attributesBefore(stat: FileStat | undefined): Origin["before"] {
  if (stat?.type !== "file") return undefined;
  const { mode, ownerId, groupId, hidden, readOnly } = stat;
  return given({ mode: mode === undefined ? undefined : formatMode(mode), ownerId, groupId, hidden, readOnly });
}
