import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { ErrnoError } from "../vix";
import type { FileOwners } from "./file-owners";

/** A directory or file of the machine that shows at a path of the guest. */
export interface Mount {
  readonly guestPath: string;
  readonly hostPath: string;
  readonly readOnly: boolean;
}

/** Where a guest path leads to on the machine. */
export interface Located {
  /** For system calls. Keeps a final "/" or "/." of the guest path, since some calls judge by it. */
  readonly hostPath: string;
  /** lstat of the object, with the owner that the guest knows; undefined when the last component does not exist. */
  readonly stats: Stats | undefined;
  readonly readOnly: boolean;
}

interface Place {
  readonly guestPath: string;
  readonly hostPath: string;
  readonly readOnly: boolean;
  readonly stats: Stats;
}

const pathLimitBytes = 4096;
const linkLimit = 40;

/**
 * Looks guest paths up, component by component and always inside the guest: absolute links start at the guest's root
 * and ".." stops there. Answers and errors are those of a kernel whose root directory is the guest's. Call it under the
 * guest user's ids, so that the machine's kernel judges search permission.
 */
export class PathTree {
  readonly #mounts: ReadonlyMap<string, Mount>;
  readonly #rootHostPath: string;

  constructor(
    rootHostPath: string,
    readonly owners: FileOwners,
    mounts: readonly Mount[] = [],
  ) {
    this.#rootHostPath = rootHostPath;
    this.#mounts = new Map(mounts.map((mount) => [mount.guestPath, mount]));
  }

  /** Relative paths start at the root, the agent's working directory. Throws an errno error. */
  locate(guestPath: string, options: { readonly followLast: boolean }): Located {
    if (guestPath === "") throw new ErrnoError("ENOENT");
    if (Buffer.byteLength(guestPath) >= pathLimitBytes) throw new ErrnoError("ENAMETOOLONG");
    const ahead = componentsReversed(guestPath);
    const trail = [this.#rootPlace()];
    let suffix = suffixOf(guestPath);
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      const here = last(trail);
      if (!here.stats.isDirectory()) throw new ErrnoError("ENOTDIR");
      if (name === "." || name === "..") {
        lstatSync(`${here.hostPath}/.`);
        if (name === ".." && trail.length > 1) trail.pop();
        continue;
      }
      const place = this.#child(here, name);
      const stats = lstatSync(place.hostPath, { throwIfNoEntry: false });
      if (stats === undefined) {
        if (ahead.length > 0) throw new ErrnoError("ENOENT");
        return { hostPath: place.hostPath + suffix, stats: undefined, readOnly: place.readOnly };
      }
      if (stats.isSymbolicLink() && (ahead.length > 0 || options.followLast || suffix !== "")) {
        if (++links > linkLimit) throw new ErrnoError("ELOOP");
        const target = readLink(place);
        if (target.startsWith("/")) trail.length = 1;
        if (ahead.length === 0 && suffix === "") suffix = suffixOf(target);
        ahead.push(...componentsReversed(target));
        continue;
      }
      trail.push({ ...place, stats });
    }
    const found = last(trail);
    if (suffix !== "" && !found.stats.isDirectory()) throw new ErrnoError("ENOTDIR");
    return { hostPath: found.hostPath + suffix, stats: this.owners.view(found.stats), readOnly: found.readOnly };
  }

  /** The object's own path on the machine, for a call that changes it. EROFS where the guest may not write. */
  locateForChange(guestPath: string, options: { readonly followLast: boolean }): Located {
    const located = this.locate(guestPath, options);
    if (located.readOnly) throw new ErrnoError("EROFS");
    return located;
  }

  #rootPlace(): Place {
    const hostPath = this.#rootHostPath;
    return { guestPath: "", hostPath, readOnly: false, stats: lstatSync(`${hostPath}/.`) };
  }

  #child(parent: Place, name: string): Omit<Place, "stats"> {
    const guestPath = `${parent.guestPath}/${name}`;
    const mount = this.#mounts.get(guestPath);
    if (mount !== undefined) return mount;
    return { guestPath, hostPath: `${parent.hostPath}/${name}`, readOnly: parent.readOnly };
  }
}

function last<T>(items: readonly T[]): T {
  const item = items[items.length - 1];
  if (item === undefined) throw new ErrnoError("ENOENT");
  return item;
}

function componentsReversed(path: string): string[] {
  return path
    .split("/")
    .filter((name) => name !== "")
    .reverse();
}

/** What follows the last name: a directory is demanded by "/" and by "/.". */
function suffixOf(path: string): string {
  if (/(^|\/)\.$/.test(path)) return "/.";
  return path.endsWith("/") ? "/" : "";
}

/** /proc/self means nothing to a process outside the guest's pid namespace; inside it is the agent's own. */
function readLink(place: { readonly guestPath: string; readonly hostPath: string }): string {
  if (place.guestPath === "/proc/self") return "1";
  if (place.guestPath === "/proc/thread-self") return "1/task/1";
  return readlinkSync(place.hostPath);
}
