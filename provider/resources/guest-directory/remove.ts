import { GuestError, hasCode } from "../../errors/guest-error";
import { removeMadeParents } from "../file-system/parent-directories";
import { isHeldByAnother } from "../file-system/place";
import type { RemovalTask } from "../resource-kind";
import { readGuestTree } from "./guest-tree";
import type { GuestDirectoryState } from "./schema";
import { removeTree } from "./tree-remove";

type Removal = RemovalTask<GuestDirectoryState>;

const shownForeign = 5;

/** Removes what this resource made: the directory, or only what came of `source` where the directory was there before. */
export async function removeGuestDirectory(task: Removal): Promise<void> {
  const { have } = task;
  if (await isHeldByAnother(task, have.path)) return;
  if (have.recursiveDelete === true) await deleteDirectory(task, true);
  else if (have.created) await deleteOwnDirectory(task);
  else await leaveDirectory(task);
  await removeMadeParents(task, have.createdParents ?? []);
}

async function deleteOwnDirectory(task: Removal): Promise<void> {
  const { have } = task;
  const holdsTree = Object.keys(have.files ?? {}).length + (have.directories ?? []).length > 0;
  if (!holdsTree) return deleteDirectory(task, false);
  const foreign = await foreignPaths(task);
  if (foreign.length > 0) throw notEmpty(task, `: ${foreign.slice(0, shownForeign).join(", ")}`);
  await deleteDirectory(task, true);
}

async function leaveDirectory(task: Removal): Promise<void> {
  const { guest, have, op } = task;
  await removeTree(task);
  op.log.info(
    `${guest.vm.name} ${have.path}: was there before, so it is left. Set recursiveDelete to have it removed.`,
  );
}

/** What is in the directory and did not come of `source`. */
async function foreignPaths(task: Removal): Promise<string[]> {
  const { have } = task;
  const ours = new Set([...Object.keys(have.files ?? {}), ...(have.directories ?? [])]);
  const look = { isExcluded: () => false, descend: (path: string) => ours.has(path) };
  try {
    return [...(await readGuestTree(task, have.path, look)).keys()].filter((path) => !ours.has(path));
  } catch (error) {
    if (hasCode(error, "PATH_NOT_FOUND")) return [];
    throw error;
  }
}

async function deleteDirectory(task: Removal, recursive: boolean): Promise<void> {
  const { guest, have, op } = task;
  try {
    await guest.files.deleteDirectory(have.path, { recursive }, op);
  } catch (error) {
    throw hasCode(error, "DIRECTORY_NOT_EMPTY") ? notEmpty(task, "", error) : error;
  }
}

function notEmpty({ guest, have }: Removal, what: string, cause?: unknown): GuestError {
  return new GuestError(
    "DIRECTORY_NOT_EMPTY",
    `${guest.vm.name} ${have.path}: holds files that this resource did not make${what}, so it was not removed. ` +
      "Remove them, or set recursiveDelete: true and run up before the destroy.",
    { cause },
  );
}
