import { GuestError } from "../../errors/guest-error";
import { joinPath, parentOf } from "../../guest/paths/path";
import type { FileStat, Guest, LookOptions } from "../../guest/guest";
import type { GuestFileTask } from "./schema";

const longestLinkChain = 8;

/** The object that the file's operations act on: the path itself, or where its link leads under `symlinks: follow`. */
export interface Target {
  readonly path: string;
  /** Undefined when nothing is there. */
  readonly stat: FileStat | undefined;
}

/** Looks at the declared path and applies the symlink policy; refuses what is no regular file. */
export async function locateTarget({ guest, want, op }: GuestFileTask, options: LookOptions = {}): Promise<Target> {
  let path = want.path;
  for (let links = 0; links < longestLinkChain; links++) {
    const stat = await guest.files.stat(path, op, options);
    if (stat?.type !== "symlink" || want.symlinks === "replace") return { path, stat: requireFile(guest, path, stat) };
    if (want.symlinks !== "follow") throw linkRefused(guest, path, stat);
    await guest.files.requireOwnLink(stat, op);
    path = linkTarget(guest, path, stat.symlinkTarget ?? "");
  }
  throw new GuestError(
    "NOT_A_FILE",
    `${guest.vm.name} ${want.path}: more than ${longestLinkChain} symbolic links in a row`,
  );
}

function requireFile(guest: Guest, path: string, stat: FileStat | undefined): FileStat | undefined {
  if (stat === undefined || stat.type === "symlink") return stat;
  const special = stat.type === "file" && stat.targetType === "other";
  if (stat.type === "file" && !special) return stat;
  const what = special ? "a device, fifo or socket" : "a directory";
  throw new GuestError(
    "NOT_A_FILE",
    `${guest.vm.name} ${path}: is ${what} in the guest, and a file is declared. Move it away, or declare another path.`,
  );
}

function linkRefused(guest: Guest, path: string, stat: FileStat): GuestError {
  return new GuestError(
    "NOT_A_FILE",
    `${guest.vm.name} ${path}: is a symbolic link to ${stat.symlinkTarget ?? "somewhere"} in the guest. ` +
      `Set symlinks to "follow" to manage the file it leads to, or to "replace" to put a file in its place.`,
  );
}

function linkTarget(guest: Guest, link: string, target: string): string {
  const absolute = target.startsWith("/") || /^[A-Za-z]:[\\/]/.test(target);
  return absolute ? target : joinPath(parentOf(link, guest.family), target, guest.family);
}
