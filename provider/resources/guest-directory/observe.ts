import { printableName } from "../../values/printable";
import type { FileStat } from "../../guest/guest";
import { attributeDrift, observeAttributes, type RecordedIds, requireFitting } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import { attributesAhead, lookUpAccounts, parentProspects, withAccounts } from "../file-system/look-ahead";
import { firstOf, prospectsOf } from "../prospects";
import type { Difference, LookAheadTask, Observed, Prospect } from "../resource-kind";
import { requireAllowed } from "./converge";
import { sourceTree, treeToCompare } from "./source/directory-source";
import type { GuestDirectoryInputs, GuestDirectoryState, GuestDirectoryTask } from "./schema";
import { type SourceTree, treeSha256 } from "./source/source-tree";
import { planTree } from "./tree/plan";
import { declaredAttributes } from "./tree/sync";
import { given } from "../../values/given";

/** More differing paths than this are counted, not listed. */
const shownDifferences = 20;

/** Looks at the directory: one listing of its parent, shared with whatever else is declared there, and one of each directory of `source`. */
export async function observeGuestDirectory(looked: GuestDirectoryTask): Promise<Observed<GuestDirectoryState>> {
  const { guest, want, op } = looked;
  const stat = await guest.files.stat(want.path, op, { maxAgeMs: observationMaxAgeMs });
  if (stat === undefined) return { exists: false, reason: "absent in the guest" };
  if (stat.type !== "directory") return { exists: false, reason: `a ${stat.type} in the guest, not a directory` };
  const have = await withAccounts(looked);
  const task = { ...looked, have };
  const attributes = observeAttributes(want, have, stat);
  const drift = attributeDrift(want, attributes);
  const state = stateOf(task, stat, attributes);
  const tree = await treeToCompare(want, have, op.signal);
  const { source, ...withoutSource } = state;
  // Of an imported directory nobody tells whether it holds an archive whose content the engine left out.
  if (tree === undefined) return { exists: true, state: have?.imported === true ? withoutSource : state, drift };
  const treeDrift = await differencesInTree(task, tree, stat);
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
  // What is lost comes first: it must not be among those that are only counted.
  const ordered = [...reasons.filter(({ isLoss }) => isLoss), ...reasons.filter(({ isLoss }) => !isLoss)];
  const shown = ordered.slice(0, shownDifferences).map(({ path, reason, isLoss }) => ({
    property: "source",
    reason: `${printableName(path)}: ${reason}`,
    isLoss,
  }));
  const more = ordered.slice(shownDifferences);
  if (more.length === 0) return shown;
  const isLoss = more.some((one) => one.isLoss);
  return [...shown, { property: "source", reason: `… and ${more.length} more paths`, isLoss }];
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
      changedAt: have?.changedAt,
    }),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
}

type Ahead = LookAheadTask<GuestDirectoryInputs>;

/** Looks at what stands where the directory is to be, what `source` and `purge` would do with it, and at what it needs. */
export function lookAheadOfGuestDirectory(ahead: Ahead): Promise<Prospect[]> {
  return prospectsOf(meet(ahead));
}

async function meet(ahead: Ahead): Promise<Prospect[]> {
  const { guest, want, op } = ahead;
  requireFitting(guest, want);
  const stat = await guest.files.stat(want.path, op, { maxAgeMs: observationMaxAgeMs });
  await requireAllowed(ahead, stat);
  const { ids, prospects } = await lookUpAccounts(ahead, want);
  if (stat === undefined) return [...prospects, ...(await prospectsOf(parentProspects(ahead, want.path)))];
  return [...prospects, await adopted(ahead, stat, ids)];
}

async function adopted(ahead: Ahead, stat: FileStat, ids: RecordedIds | undefined): Promise<Prospect> {
  const differences = [...attributesAhead(ahead.want, ids, stat), ...(await treeAhead(ahead, ids ?? {}))];
  if (differences.length === 0) return { outcome: "kept", text: "is there already, as declared; it is adopted" };
  return { outcome: "changed", text: `is there already; it is adopted and changed; ${differences.join("; ")}` };
}

/** What becomes of that which is in the directory, in a few words each. */
async function treeAhead(ahead: Ahead, ids: RecordedIds): Promise<string[]> {
  const { want, unknown, op } = ahead;
  if (unknown.has("source") || unknown.has("exclude")) return ["what it is to hold is not known yet"];
  const tree = await sourceTree(want, op.signal);
  if (tree === undefined) return [];
  const { write, remove, attributes, found, refusals } = await planTree(ahead, tree, declaredAttributes(want, ids));
  const [refusal] = refusals;
  if (refusal !== undefined) throw refusal;
  return [
    ...counted(
      "overwritten",
      write.filter((path) => found.get(path)?.type === "file"),
    ),
    ...counted(
      "removed",
      remove.map(({ path, type }) => (type === "directory" ? `${path}/` : path)),
    ),
    ...counted("given other attributes", [...attributes.keys()]),
  ];
}

function counted(what: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${paths.length} will be ${what}: ${firstOf(paths)}`];
}
