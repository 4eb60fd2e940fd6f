import type { FileStat } from "../../../guest/guest";
import type { RemovalTask } from "../../resource-kind";
import { type GuestTree, pathInGuest } from "./guest-tree";
import { isLeftover } from "./leftovers";
import type { GuestDirectoryState } from "../schema";

/** What is recorded of one file that came of `source`. */
export type RecordedFile = NonNullable<GuestDirectoryState["files"]>[string];

/** What a look shows in a directory, by whose it is; relative paths. */
export interface TreeShares {
  /** This resource brought it, and nothing was there before. */
  readonly ours: GuestTree;
  /** This resource brought it where something was before. */
  readonly adopted: readonly string[];
  /** Other resources of the operation have it. */
  readonly held: readonly string[];
  /** Nobody has declared it. */
  readonly foreign: readonly string[];
  /** A killed deploy has left it. */
  readonly left: GuestTree;
}

/** Tells what is found in a recorded directory apart. What is of another type than recorded is not what was recorded. */
export async function sharesOf(task: RemovalTask<GuestDirectoryState>, found: GuestTree): Promise<TreeShares> {
  const { guest, others, have } = task;
  const wasThere = wasThereBefore(have);
  const isRecorded = recordedIn(have);
  const [ours, left] = [new Map<string, FileStat>(), new Map<string, FileStat>()];
  const [adopted, held, foreign]: [string[], string[], string[]] = [[], [], []];
  for (const [path, stat] of found) {
    if ((await others.heldBy(pathInGuest(guest, have.path, path))) !== undefined) held.push(path);
    else if (isLeftover(task, path, stat)) left.set(path, stat);
    else if (!isRecorded(path, stat)) foreign.push(path);
    else if (wasThere(path)) adopted.push(path);
    else ours.set(path, stat);
  }
  return { ours, adopted, held, foreign, left };
}

/** Says of a path that came of `source` whether something was there before. */
export function wasThereBefore({ adopted, created }: GuestDirectoryState): (path: string) => boolean {
  // Earlier versions did not record it: only in a directory that was made for it nothing can have been there.
  if (adopted === undefined) return () => !created;
  const paths = new Set(adopted);
  return (path) => paths.has(path);
}

/** The recorded files by path. A map: a path is another's text, and may be called `constructor`. */
export function recordedFiles(have: GuestDirectoryState | undefined): ReadonlyMap<string, RecordedFile> {
  return new Map(Object.entries(have?.files ?? {}));
}

/** Says of what is found at a path whether it is, by its type, what came of `source`. */
export function recordedIn(have: GuestDirectoryState): (path: string, stat: FileStat) => boolean {
  const files = recordedFiles(have);
  const directories = new Set(have.directories ?? []);
  return (path, { type }) => (type === "file" && files.has(path)) || (type === "directory" && directories.has(path));
}
