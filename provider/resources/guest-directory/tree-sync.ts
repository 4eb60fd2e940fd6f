import type { FileAttributes, FileStat, Guest } from "../../guest/guest";
import { parseMode, type RecordedIds } from "../file-system/attributes";
import { isSettled } from "../file-system/modification-time";
import { type GuestTree, readGuestTree } from "./guest-tree";
import type { GuestDirectoryInputs, GuestDirectoryState, GuestDirectoryTask } from "./schema";
import { exclusion, type SourceTree, treeSha256 } from "./source-tree";
import { applyTreePlan } from "./tree-apply";
import { planTree, type TreeAttributes } from "./tree-plan";
import { removeFormerDirectories } from "./tree-remove";
import { given } from "../../values/given";

const defaultFileMode = "0644";
const defaultDirectoryMode = "0755";

type TreeState = Pick<GuestDirectoryState, "sha256" | "files" | "directories">;

/** Makes the guest directory hold what the source declares, and tells what is recorded of it. */
export async function syncTree(task: GuestDirectoryTask, tree: SourceTree, owner: FileAttributes): Promise<TreeState> {
  const { guest, want, have } = task;
  const plan = await planTree(task, tree, declaredAttributes(want, owner));
  const changes = plan.remove.length + plan.makeDirectories.length + plan.write.length + plan.attributes.size;
  const written =
    changes > 0 ? await applyTreePlan(task, tree, plan, newAttributes(guest, want, owner)) : new Map<string, Date>();
  if (have !== undefined) await removeFormerDirectories({ ...task, have }, tree.directories);
  return recordTree(task, tree, written, changes > 0 ? undefined : plan.found);
}

/** What is compared: only what the program sets. */
export function declaredAttributes(want: GuestDirectoryInputs, owner: RecordedIds): TreeAttributes {
  const ids = {
    ...given({ ownerId: owner.ownerId, groupId: owner.groupId }),
  };
  return {
    file: { ...ids, ...(want.fileMode === undefined ? {} : { mode: parseMode(want.fileMode) }) },
    directory: { ...ids, ...(want.directoryMode === undefined ? {} : { mode: parseMode(want.directoryMode) }) },
  };
}

/** What new files and directories get. */
function newAttributes(guest: Guest, want: GuestDirectoryInputs, owner: FileAttributes): TreeAttributes {
  const declared = declaredAttributes(want, owner);
  if (guest.family === "windows") return declared;
  return {
    file: { mode: parseMode(defaultFileMode), ...declared.file },
    directory: { mode: parseMode(defaultDirectoryMode), ...declared.directory },
  };
}

/**
 * A last look says which sizes and times stand for our content; what does not fit is read again next time. `written`: the
 * times given to files; `found`: the look, where nothing was changed since.
 */
async function recordTree(
  task: GuestDirectoryTask,
  tree: SourceTree,
  written: ReadonlyMap<string, Date>,
  unchanged: GuestTree | undefined,
): Promise<TreeState> {
  const declared = new Set(tree.directories);
  const look = { isExcluded: exclusion(task.want.exclude), descend: (path: string) => declared.has(path) };
  const found = unchanged ?? (await readGuestTree(task, task.want.path, look));
  const files = [...tree.files].map(([path, { sha256, sizeBytes }]) => {
    const stat = found.get(path);
    const isProof = stat?.sizeBytes === sizeBytes && isAsGiven(stat, written.get(path)) && isSettled(stat.modifiedAt);
    return [path, { sha256, sizeBytes, ...(isProof ? { modifiedAt: stat.modifiedAt.toISOString() } : {}) }] as const;
  });
  return { sha256: treeSha256(tree), files: Object.fromEntries(files), directories: [...tree.directories] };
}

/** Where the guest did not take the time that it was given, that of its own clock proves nothing. */
function isAsGiven(stat: FileStat, given: Date | undefined): boolean {
  return given === undefined || stat.modifiedAt.getTime() === given.getTime();
}
