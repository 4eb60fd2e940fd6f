import type { FileAttributes, Guest } from "../../guest/guest";
import { given } from "../../values/given";
import { parseMode, type RecordedIds } from "../file-system/attributes";
import { modificationTimeForWrite } from "../file-system/modification-time";
import type { GuestDirectoryInputs, GuestDirectoryTask } from "./schema";
import { type SourceTree, treeSha256 } from "./source/source-tree";
import { applyTreePlan } from "./tree-apply";
import { planTree, type TreeAttributes } from "./tree-plan";
import { recordTree, recordUnfinishedTree, type TreeState } from "./tree-record";

const defaultFileMode = "0644";
const defaultDirectoryMode = "0755";

/** Raised where a tree is not as declared, but changed: `tree` is what is recorded of it. */
export class TreeUnfinishedError extends Error {
  override readonly name = "TreeUnfinishedError";
  constructor(
    override readonly cause: Error,
    readonly tree: TreeState,
  ) {
    super(cause.message, { cause });
  }
}

/** What is recorded of a tree, and whether anything of it was changed. */
export interface SyncedTree {
  readonly state: TreeState;
  readonly hasChanged: boolean;
}

/** Makes the guest directory hold what the source declares, and tells what is recorded of it. */
export async function syncTree(task: GuestDirectoryTask, tree: SourceTree, owner: FileAttributes): Promise<SyncedTree> {
  const { guest, want } = task;
  const plan = await planTree(task, tree, declaredAttributes(want, owner));
  const [refusal] = plan.refusals;
  if (refusal !== undefined) throw refusal;
  const changes = plan.remove.length + plan.makeDirectories.length + plan.write.length + plan.attributes.size;
  const attributes = newAttributes(guest, want, owner);
  const work = { task, tree, plan, attributes, modifiedAt: modificationTimeForWrite(treeSha256(tree)) };
  if (changes === 0) return { state: await recordTree(work, plan.found), hasChanged: false };
  try {
    await applyTreePlan(work);
    return { state: await recordTree(work), hasChanged: true };
  } catch (error) {
    throw new TreeUnfinishedError(error as Error, await recordUnfinishedTree(work));
  }
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
