import type { FileStat } from "../guest";

/** What stat(1) is asked for a file: type and mode, size, modification time, owner, group. */
export const statFormat = "%f %s %Y %u %g";

const regularFile = 0o100000;
const typeBits = 0o170000;

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
