import type { FileStat } from "../../guest/guest";
import { attributeDrift, observeAttributes, type RecordedIds } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import type { Difference, Observed } from "../resource-kind";
import { treeToCompare } from "./source/directory-source";
import type { GuestDirectoryState, GuestDirectoryTask } from "./schema";
import { type SourceTree, treeSha256 } from "./source/source-tree";
import { planTree } from "./tree-plan";
import { declaredAttributes } from "./tree-sync";
import { given } from "../../values/given";

/** More differing paths than this are counted, not listed. */
const shownDifferences = 20;

/** Looks at the directory: one listing of its parent, shared with whatever else is declared there, and one of each directory of `source`. */
export async function observeGuestDirectory(task: GuestDirectoryTask): Promise<Observed<GuestDirectoryState>> {
  const { guest, want, have, op } = task;
  const stat = await guest.files.stat(want.path, op, { maxAgeMs: observationMaxAgeMs });
  if (stat === undefined) return { exists: false, reason: "absent in the guest" };
  if (stat.type !== "directory") return { exists: false, reason: `a ${stat.type} in the guest, not a directory` };
  const attributes = observeAttributes(want, have, stat);
  const drift = attributeDrift(want, attributes);
  const state = stateOf(task, stat, attributes);
  const tree = await treeToCompare(want, have, op.signal);
  if (tree === undefined) return { exists: true, state, drift };
  const treeDrift = await differencesInTree(task, tree, stat);
  const { source, ...withoutSource } = state;
  const isSynced = treeDrift.length === 0;
  return {
    exists: true,
    state: isSynced ? { ...state, sha256: treeSha256(tree) } : withoutSource,
    drift: [...drift, ...treeDrift],
  };
}

/** One line for each path that is not as `source` declares, as far as they are not too many. */
async function differencesInTree(task: GuestDirectoryTask, tree: SourceTree, stat: FileStat): Promise<Difference[]> {
  const { reasons } = await planTree(task, tree, declaredAttributes(task.want, recordedOwner(task, stat)));
  const shown = reasons.slice(0, shownDifferences);
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more paths`] : [])].map((reason) => ({
    property: "source",
    reason,
  }));
}

/** Ids for the owner that the program names, without asking the guest: those recorded for the same name. */
function recordedOwner({ want, have }: GuestDirectoryTask, stat: FileStat): RecordedIds {
  const id = (name: "owner" | "group", recordedId: number | undefined, found: number | undefined) => {
    const wanted = want[name];
    if (wanted === undefined) return undefined;
    if (/^\d+$/.test(String(wanted))) return Number(wanted);
    return have?.[name] === wanted ? recordedId : found;
  };
  return {
    ownerId: id("owner", have?.ownerId, stat.ownerId),
    groupId: id("group", have?.groupId, stat.groupId),
  };
}

function stateOf(
  { guest, want, have }: GuestDirectoryTask,
  stat: FileStat,
  attributes: Partial<GuestDirectoryState>,
): GuestDirectoryState {
  return {
    ...want,
    ...attributes,
    instanceUuid: guest.vm.instanceUuid,
    created: have?.created ?? false,
    ...given({
      files: have?.files,
      directories: have?.directories,
      adopted: have?.adopted,
      createdParents: have?.createdParents,
    }),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
}
