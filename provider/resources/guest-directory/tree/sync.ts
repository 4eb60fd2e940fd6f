import type { FileAttributes } from "../../../guest/guest";
import { given } from "../../../values/given";
import { parseMode, type RecordedIds } from "../../file-system/attributes";
import { modificationTimeForWrite } from "../../file-system/modification-time";
import { newFileMode } from "../../file-system/new-file-mode";
import type { GuestDirectoryInputs, GuestDirectoryTask } from "../schema";
import { type SourceTree, treeSha256 } from "../source/source-tree";
import { applyTreePlan } from "./apply";
import { planTree, type TreeAttributes } from "./plan";
import { recordTree, recordUnfinishedTree, type TreeState } from "./record";

const usualDirectoryMode = "0755";
const directoryModeOfSecrets = "0700";

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
  const { want } = task;
  const declared = declaredAttributes(want, owner);
  const plan = await planTree(task, tree, declared);
  const [refusal] = plan.refusals;
  if (refusal !== undefined) throw refusal;
  const changes = plan.remove.length + plan.makeDirectories.length + plan.write.length + plan.attributes.size;
  const modifiedAt = modificationTimeForWrite(treeSha256(tree));
  const work = { task, tree, plan, declared, attributes: newAttributes(task, declared), modifiedAt };
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

/** What new files and directories get; those of a secret source are nobody else's. */
function newAttributes({ guest, op }: GuestDirectoryTask, declared: TreeAttributes): TreeAttributes {
  if (guest.family === "windows") return declared;
  const isSecret = op.secretInputs.has("source");
  const directoryMode = isSecret ? directoryModeOfSecrets : usualDirectoryMode;
  return {
    file: { ...newFileMode({ guest }, isSecret), ...declared.file },
    directory: { mode: parseMode(directoryMode), ...declared.directory },
  };
}
