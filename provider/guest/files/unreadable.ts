import { hasCode, type GuestErrorCode } from "../../errors/guest-error";
import type { FileStat, GuestFamily, GuestPrograms } from "../guest";
import type { Operation } from "../../operation/operation";
import { statFormat, statOfLine } from "./stat";

/** What a file is that the login may not open, or undefined where that can't be found out. */
export type StatUnreadable = (path: string, op: Operation) => Promise<FileStat | undefined>;

/** Failures that mean that no program can be run under this login: then no more is told of the file. */
const cannotAsk: readonly GuestErrorCode[] = [
  "VCENTER_PERMISSION_DENIED",
  "GUEST_PERMISSION_DENIED",
  "GUEST_OPERATION_DISABLED",
  "GUEST_OPERATION_UNSUPPORTED",
];

/**
 * stat(1) in the guest: Tools take a file's size by opening it and so leave out what the login may not open
 * (docs/reference/guest-operations.md#listings), but stat(2) needs no more than to search the directory.
 */
export function statUnreadable(family: GuestFamily, ask: GuestPrograms["ask"]): StatUnreadable {
  return async (path, op) => {
    if (family === "windows") return undefined;
    const script = `exec stat -c "${statFormat}" -- "$1"`;
    try {
      const { stdout } = await ask({ program: "/bin/sh", arguments: ["-c", script, "sh", path] }, op);
      const stat = statOfLine(path, stdout.bytes.toString("utf8"));
      return stat && { ...stat, unreadable: true };
    } catch (error) {
      if (cannotAsk.some((code) => hasCode(error, code))) return undefined;
      throw error;
    }
  };
}
