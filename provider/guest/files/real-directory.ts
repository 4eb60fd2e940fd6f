import type { Operation } from "../../operation/operation";
import { GuestError } from "../../errors/guest-error";
import type { Guest } from "../guest";
import { isRoot, joinPath, parentOf, splitPath } from "../paths/path";

/** As many as Linux follows (ELOOP). */
const longestLinkChain = 40;

/**
 * The directory that a path leads to when all links in it are followed, as far as the login sees them: what is not there is
 * taken as it is named. One look for each part of the path. NOT_A_DIRECTORY where links go round.
 */
export async function realDirectory(guest: Guest, directory: string, op: Operation): Promise<string> {
  let links = 0;
  const resolve = async (path: string): Promise<string> => {
    if (isRoot(path)) return path;
    const { name } = splitPath(path, guest.family);
    const parent = await resolve(parentOf(path, guest.family));
    const here = joinPath(parent, name, guest.family);
    const stat = await guest.files.stat(here, op);
    if (stat?.type !== "symlink" || stat.symlinkTarget === undefined) return here;
    if (++links > longestLinkChain)
      throw new GuestError("NOT_A_DIRECTORY", `${guest.vm.name} ${directory}: more than ${longestLinkChain} links`);
    return resolve(absolute(guest, parent, stat.symlinkTarget));
  };
  return resolve(directory);
}

/** A link's target from where the link stands, with `..` walked back: `parent` holds no links. */
function absolute(guest: Guest, parent: string, target: string): string {
  const isAbsolute = /^([\\/]|[A-Za-z]:)/.test(target);
  const separators = guest.family === "windows" ? /[\\/]/ : "/";
  let path = isAbsolute ? rootOf(target) : parent;
  const parts = (isAbsolute ? target.slice(rootOf(target).length) : target).split(separators);
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    path = part === ".." ? parentOf(path, guest.family) : joinPath(path, part, guest.family);
  }
  return path;
}

function rootOf(path: string): string {
  return /^[A-Za-z]:[\\/]?/.exec(path)?.[0] ?? "/";
}
