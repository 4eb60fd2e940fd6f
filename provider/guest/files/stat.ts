import type { GuestFileInfo } from "../../vim/guest-operations/guest-file";
import type { FileStat } from "../guest";
import { given } from "../../values/given";

const typeBits = 0o170000;
const modeBits = 0o7777;

/** What ListFilesInGuest told of one object, under its absolute path (docs/reference/guest-operations.md#listings). */
export function fileStat(path: string, info: GuestFileInfo): FileStat {
  const { modificationTime, ownerId, groupId, permissions, symlinkTarget, hidden, readOnly } = info.attributes;
  const type = permissions === undefined ? undefined : targetType(info, permissions);
  return {
    path,
    type: info.type,
    sizeBytes: info.type === "file" ? info.size : 0,
    modifiedAt: modificationTime ?? new Date(0),
    ...(permissions === undefined ? {} : { mode: permissions & modeBits }),
    ...given({ targetType: type, ownerId, groupId }),
    ...(symlinkTarget === undefined || info.type !== "symlink" ? {} : { symlinkTarget }),
    ...given({ hidden, readOnly }),
  };
}

/**
 * In a directory that may be read but not searched the guest cannot look at any entry: all show as type `file` with
 * nothing set in their mode, not even the type (docs/reference/guest-operations.md#listings).
 */
export function isUnseen(info: GuestFileInfo): boolean {
  return info.type === "file" && info.attributes.permissions === 0;
}

function targetType(info: GuestFileInfo, permissions: number): NonNullable<FileStat["targetType"]> {
  switch (permissions & typeBits) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "directory";
    case 0:
      // Servers that mask the type bits away: the entry's own type has to do.
      return info.type === "symlink" ? "dangling" : info.type;
    default:
      return "other";
  }
}

/** What stat(1) is asked for a file: type and mode, size, modification time, owner, group. */
export const statFormat = "%f %s %Y %u %g";

const regularFile = 0o100000;

/** What stat(1) told of a regular file; undefined for anything else. */
export function statOfLine(path: string, line: string): FileStat | undefined {
  const told = /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+)$/.exec(line.trim());
  const mode = Number.parseInt(told?.[1] ?? "0", 16);
  if (told === null || (mode & typeBits) !== regularFile) return undefined;
  const [sizeBytes, seconds, ownerId, groupId] = told.slice(2).map(Number);
  return {
    path,
    type: "file",
    targetType: "file",
    sizeBytes: sizeBytes ?? 0,
    modifiedAt: new Date((seconds ?? 0) * 1000),
    mode: mode & ~typeBits,
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
