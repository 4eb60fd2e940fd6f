import type { FileStat, Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { attributeDrift, observeAttributes, type RecordedIds } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import type { Difference, Observed } from "../resource-kind";
import { treeToCompare } from "./directory-source";
import type { GuestDirectoryInputs, GuestDirectoryState } from "./schema";
import { type SourceTree, treeSha256 } from "./source-tree";
import { planTree } from "./tree-plan";
import { declaredAttributes } from "./tree-sync";

/** More differing paths than this are counted, not listed. */
const shownDifferences = 20;

/** Looks at the directory: one listing of its parent, shared with whatever else is declared there, and one of each directory of `source`. */
export async function observeGuestDirectory(
  guest: Guest,
  want: GuestDirectoryInputs,
  recorded: GuestDirectoryState | undefined,
  op: Operation,
): Promise<Observed<GuestDirectoryState>> {
  const stat = await guest.files.stat(want.path, op, { maxAgeMs: observationMaxAgeMs });
  if (stat === undefined) return { exists: false, reason: "absent in the guest" };
  if (stat.type !== "directory") return { exists: false, reason: `a ${stat.type} in the guest, not a directory` };
  const attributes = observeAttributes(want, recorded, stat);
  const drift = attributeDrift(want, attributes);
  const state = stateOf(guest, want, recorded, stat, attributes);
  const tree = await treeToCompare(want, recorded, op.signal);
  if (tree === undefined) return { exists: true, state, drift };
  const treeDrift = await differencesInTree(guest, want, tree, recorded, stat, op);
  const { source, ...withoutSource } = state;
  const isSynced = treeDrift.length === 0;
  return {
    exists: true,
    state: isSynced ? { ...state, sha256: treeSha256(tree) } : withoutSource,
    drift: [...drift, ...treeDrift],
  };
}

/** One line for each path that is not as `source` declares, as far as they are not too many. */
async function differencesInTree(
  guest: Guest,
  want: GuestDirectoryInputs,
  tree: SourceTree,
  recorded: GuestDirectoryState | undefined,
  stat: FileStat,
  op: Operation,
): Promise<Difference[]> {
  const owner = recordedOwner(want, recorded, stat);
  const { reasons } = await planTree(guest, want, tree, declaredAttributes(want, owner), recorded, op);
  const shown = reasons.slice(0, shownDifferences);
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more paths`] : [])].map((reason) => ({
    property: "source",
    reason,
  }));
}

/** Ids for the owner that the program names, without asking the guest: those recorded for the same name. */
function recordedOwner(
  want: GuestDirectoryInputs,
  recorded: GuestDirectoryState | undefined,
  stat: FileStat,
): RecordedIds {
  const id = (name: "owner" | "group", recordedId: number | undefined, found: number | undefined) => {
    const wanted = want[name];
    if (wanted === undefined) return undefined;
    if (/^\d+$/.test(String(wanted))) return Number(wanted);
    return recorded?.[name] === wanted ? recordedId : found;
  };
  return {
    ownerId: id("owner", recorded?.ownerId, stat.ownerId),
    groupId: id("group", recorded?.groupId, stat.groupId),
  };
}

function stateOf(
  guest: Guest,
  want: GuestDirectoryInputs,
  recorded: GuestDirectoryState | undefined,
  stat: FileStat,
  attributes: Partial<GuestDirectoryState>,
): GuestDirectoryState {
  return {
    ...want,
    ...attributes,
    instanceUuid: guest.vm.instanceUuid,
    created: recorded?.created ?? false,
    ...(recorded?.files === undefined ? {} : { files: recorded.files }),
    ...(recorded?.directories === undefined ? {} : { directories: recorded.directories }),
    ...(recorded?.createdParents === undefined ? {} : { createdParents: recorded.createdParents }),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
}
