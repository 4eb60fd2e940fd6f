import { allDone } from "../../../operation/all-done";
import { baseName, joinPath } from "../../../guest/paths/path";
import type { FileStat, Guest } from "../../../guest/guest";
import { observationMaxAgeMs } from "../../file-system/freshness";
import type { GuestWork } from "../../resource-kind";
import { replacementCharacter } from "../../../values/impossible-in-xml";
import type { IsExcluded } from "../source/exclusion";

/** What is below a guest directory, by path relative to it with `/` between its parts. */
export type GuestTree = ReadonlyMap<string, FileStat>;

/** How a tree is read: what counts as not there, and which directories are entered. */
interface TreeLook {
  readonly isExcluded: IsExcluded;
  readonly descend: (path: string) => boolean;
}

type ListDirectory = (directory: string) => Promise<readonly FileStat[]>;

/**
 * Lists a guest directory and those below it that `descend` asks for, level by level, all of a level at once: one request
 * a directory. Links are listed, never followed: only what a listing shows as a directory, and by a
 * name that can be asked for, is entered.
 */
function readGuestTree(work: GuestWork, root: string, look: TreeLook): Promise<GuestTree> {
  return readLevels(work.guest, root, look, (directory) => work.guest.files.list(directory, work.op));
}

/**
 * The same, with those of the `expected` files that no listing shows since the login may not open them: nothing that is
 * expected counts as absent before it was looked for by its own path.
 */
export async function readExpectedTree(
  work: GuestWork,
  root: string,
  look: TreeLook,
  expected: Iterable<string>,
): Promise<GuestTree> {
  const found = await readGuestTree(work, root, look);
  const isMissing = (path: string) => !found.has(path) && !look.isExcluded(path) && isInListed(path, found);
  const looks = [...new Set(expected)].filter(isMissing).map(async (path) => {
    // Where the directory hides nothing, one look at it tells that of all that are missing in it.
    const options = { maxAgeMs: observationMaxAgeMs };
    const stat = await work.guest.files.stat(pathInGuest(work.guest, root, path), work.op, options);
    return stat === undefined ? [] : [[path, stat] as const];
  });
  return looks.length === 0 ? found : new Map([...found, ...(await allDone(looks)).flat()]);
}

function isInListed(path: string, found: GuestTree): boolean {
  const at = path.lastIndexOf("/");
  return at < 0 || found.get(path.slice(0, at))?.type === "directory";
}

/** All that is in a directory, as far as the login sees it, and in words what it does not see or can't name. */
export interface WholeTree {
  readonly found: GuestTree;
  readonly unseen: readonly string[];
}

/** Reads a directory with all below it: two requests a directory. */
export async function readWholeTree({ guest, op }: GuestWork, root: string): Promise<WholeTree> {
  const unseen: string[] = [];
  const look = { isExcluded: () => false, descend: () => true };
  const found = await readLevels(guest, root, look, async (directory) => {
    const { seen, unseenCount } = await guest.files.listAll(directory, op);
    if (unseenCount > 0)
      unseen.push(
        `${directory} holds ${unseenCount} ${unseenCount === 1 ? "object" : "objects"} that the guest login can't see`,
      );
    for (const { path } of seen.filter(({ path }) => isUnnameable(path, guest))) unseen.push(unnameable(path));
    return seen;
  });
  return { found, unseen };
}

/** Bytes of a name that are no text show as replacement characters (docs/reference/guest-operations.md#text-that-is-not-utf-8). */
export function isUnnameable(path: string, { family }: Pick<Guest, "family">): boolean {
  return baseName(path, family).includes(replacementCharacter);
}

/** What is said of such a path. */
export function unnameable(path: string): string {
  return `${path} has a name that no XML carries, such as one that is not UTF-8, and can't be named through VMware Tools`;
}

async function readLevels(guest: Guest, root: string, look: TreeLook, list: ListDirectory): Promise<GuestTree> {
  const found = new Map<string, FileStat>();
  let level = [""];
  while (level.length > 0) {
    const listings = await allDone(
      level.map(async (path) => {
        const entries = await list(pathInGuest(guest, root, path));
        return entries.map((stat) => [relativePath(path, stat, guest), stat] as const);
      }),
    );
    const children = listings.flat().filter(([path]) => !look.isExcluded(path));
    for (const [path, stat] of children) found.set(path, stat);
    level = children
      .filter(([path, { type }]) => type === "directory" && look.descend(path) && !isUnnameable(path, guest))
      .map(([path]) => path);
  }
  return found;
}

/** The guest's own notation of a path in a tree. */
export function pathInGuest(guest: Guest, root: string, path: string): string {
  if (path === "") return root;
  return path.split("/").reduce((directory, name) => joinPath(directory, name, guest.family), root);
}

function relativePath(directory: string, { path }: FileStat, { family }: Guest): string {
  const name = baseName(path, family);
  return directory === "" ? name : `${directory}/${name}`;
}
