import { allDone } from "../../operation/all-done";
import { baseName, joinPath } from "../../guest/paths/path";
import type { FileStat, Guest } from "../../guest/guest";
import type { GuestWork } from "../resource-kind";
import type { IsExcluded } from "./source-tree";

/** What is below a guest directory, by path relative to it with `/` between its parts. */
export type GuestTree = ReadonlyMap<string, FileStat>;

/**
 * Lists a guest directory and those below it that `descend` asks for, level by level, all of a level at once: one request
 * a directory. Links are listed, never followed: only what a listing shows as a directory is entered.
 */
export async function readGuestTree(
  work: GuestWork,
  root: string,
  options: { readonly isExcluded: IsExcluded; readonly descend: (path: string) => boolean },
): Promise<GuestTree> {
  const found = new Map<string, FileStat>();
  let level = [""];
  while (level.length > 0) {
    const listings = await allDone(level.map((path) => listBelow(work, root, path)));
    const children = listings.flat().filter(([path]) => !options.isExcluded(path));
    for (const [path, stat] of children) found.set(path, stat);
    level = children.filter(([path, stat]) => stat.type === "directory" && options.descend(path)).map(([path]) => path);
  }
  return found;
}

/** The guest's own notation of a path in a tree. */
export function pathInGuest(guest: Guest, root: string, path: string): string {
  if (path === "") return root;
  return path.split("/").reduce((directory, name) => joinPath(directory, name, guest.family), root);
}

async function listBelow({ guest, op }: GuestWork, root: string, path: string): Promise<[string, FileStat][]> {
  const entries = await guest.files.list(pathInGuest(guest, root, path), op);
  return entries.map((stat) => {
    const name = baseName(stat.path, guest.family);
    return [path === "" ? name : `${path}/${name}`, stat];
  });
}
