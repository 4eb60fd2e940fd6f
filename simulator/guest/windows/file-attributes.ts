import { chmodSync, lstatSync, utimesSync, type Stats } from "node:fs";
import { VixError, type AgentFileAttributes } from "../guest-agent";
import { vixErrors } from "../vix";

const writeBits = 0o222;

interface Extra {
  readonly hidden?: boolean;
  readonly createTime?: Date;
}

/** Attributes that only Windows has: read-only is kept as missing write bits, the others in memory. */
export class WindowsAttributes {
  readonly #extras = new Map<string, Extra>();

  describe(stats: Stats): AgentFileAttributes {
    const { hidden = false, createTime } = this.#extras.get(keyOf(stats)) ?? {};
    return {
      type: "GuestWindowsFileAttributes",
      modificationTime: wholeSeconds(stats.mtimeMs),
      accessTime: wholeSeconds(stats.atimeMs),
      createTime: createTime ?? wholeSeconds(stats.birthtimeMs),
      hidden,
      readOnly: isReadOnly(stats),
    };
  }

  apply(hostPath: string, attributes: AgentFileAttributes): void {
    const stats = lstatSync(hostPath);
    const { hidden, readOnly, createTime, modificationTime, accessTime } = attributes;
    if (modificationTime !== undefined || accessTime !== undefined) {
      utimesSync(hostPath, accessTime ?? stats.atime, modificationTime ?? stats.mtime);
    }
    if (readOnly !== undefined) chmodSync(hostPath, readOnly ? stats.mode & ~writeBits : stats.mode | 0o200);
    if (hidden === undefined && createTime === undefined) return;
    const before = this.#extras.get(keyOf(stats)) ?? {};
    this.#extras.set(keyOf(stats), {
      ...before,
      ...(hidden !== undefined && { hidden }),
      ...(createTime !== undefined && { createTime }),
    });
  }
}

export function isReadOnly(stats: Stats): boolean {
  return (stats.mode & writeBits) === 0;
}

/** POSIX attributes on a Windows guest are refused before anything else is looked at. */
export function checkWindowsAttributes({ ownerId, groupId, permissions }: AgentFileAttributes): void {
  if (ownerId !== undefined || groupId !== undefined || permissions !== undefined) {
    throw new VixError(vixErrors.INVALID_ARGUMENT);
  }
}

function keyOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
