import type { RemovalTask } from "../../resource-kind";
import { isHeldByAnother } from "../../file-system/place";
import { pathInGuest, readExpectedTree } from "./guest-tree";
import { removeLeftovers } from "./leftovers";
import { removeListed } from "./remove-listed";
import type { GuestDirectoryState } from "../schema";
import { sharesOf, type TreeShares } from "./shares";
import { printableName } from "../../../values/printable";

type Removal = RemovalTask<GuestDirectoryState>;

const shownPaths = 5;

/** Removes what came of `source` and was not there before; the directory itself stays, and what else it holds. */
export async function removeTree(task: Removal): Promise<void> {
  await removeShare(task, await readShares(task));
}

/** What is in the directory, as far as it is one that `source` brought, by whose it is. */
export async function readShares(task: Removal): Promise<TreeShares> {
  const { have } = task;
  const brought = new Set(have.directories ?? []);
  const look = { isExcluded: () => false, descend: (path: string) => brought.has(path) };
  return sharesOf(task, await readExpectedTree(task, have.path, look, Object.keys(have.files ?? {})));
}

/** Removes what is ours, and says what is left. */
export async function removeShare(task: Removal, { ours, adopted, held, left }: TreeShares): Promise<void> {
  const { guest, have, op } = task;
  await removeLeftovers(task, have.path, left);
  if (ours.size > 0) await removeListed(task, have.path, ours);
  for (const path of held) await isHeldByAnother(task, pathInGuest(guest, have.path, path));
  if (adopted.length > 0)
    op.log.info(`${guest.vm.name} ${have.path}: left, since they were there before: ${firstOf(adopted)}`);
}

/** A few of the paths, and how many more there are. */
export function firstOf(paths: readonly string[]): string {
  const more = paths.length - shownPaths;
  return [...paths.slice(0, shownPaths).map(printableName), ...(more > 0 ? [`… and ${more} more`] : [])].join(", ");
}
