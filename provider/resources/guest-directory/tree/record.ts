import type { FileStat } from "../../../guest/guest";
import { cleanupOperation } from "../../../operation/deadline";
import { isSettled } from "../../file-system/modification-time";
import { type GuestTree, readExpectedTree } from "./guest-tree";
import type { GuestDirectoryState } from "../schema";
import { exclusion } from "../source/exclusion";
import { treeSha256 } from "../source/source-tree";
import type { TreePlan, TreeWork } from "./plan";
import { recordedFiles, type RecordedFile, wasThereBefore } from "./shares";

export type TreeState = Pick<GuestDirectoryState, "sha256" | "files" | "directories" | "adopted">;

/**
 * What is recorded of a tree that is as declared. A last look (`unchanged`: the look before, where nothing was done since)
 * says which sizes and times stand for our content; what does not fit is read again next time.
 */
export async function recordTree(work: TreeWork, unchanged?: GuestTree): Promise<TreeState> {
  const { tree, plan } = work;
  const found = unchanged ?? (await lookAgain(work));
  const written = new Set(plan.write);
  const files = [...tree.files].map(([path, { sha256, sizeBytes }]) => {
    const stat = found.get(path);
    const ours = written.has(path) ? work.modifiedAt : plan.found.get(path)?.modifiedAt;
    const isProof = stat?.sizeBytes === sizeBytes && isOfTime(stat, ours) && isSettled(stat.modifiedAt);
    return [path, { sha256, sizeBytes, ...(isProof ? { modifiedAt: stat.modifiedAt.toISOString() } : {}) }] as const;
  });
  return {
    sha256: treeSha256(tree),
    files: Object.fromEntries(files),
    directories: [...tree.directories],
    adopted: adoptedOf(work, [...tree.files.keys()], tree.directories),
  };
}

/**
 * What is recorded of a tree on which work has failed half-way: files that show as written, and what was recorded before as
 * far as it is still there. What can't be looked at any more is taken for untouched.
 */
export async function recordUnfinishedTree(work: TreeWork): Promise<TreeState> {
  const { task, tree } = work;
  const before = recordedFiles(task.have);
  const directoriesBefore = new Set(task.have?.directories);
  const cleanup = { ...task, op: cleanupOperation(task.op) };
  const found = await lookAgain({ ...work, task: cleanup }).catch(() => undefined);
  const written = new Set(work.plan.write);
  const files = new Map<string, RecordedFile>();
  for (const path of new Set([...before.keys(), ...tree.files.keys()])) {
    const file = (written.has(path) ? fileNow(work, path, found) : undefined) ?? before.get(path);
    if (file !== undefined && (found === undefined || found.has(path))) files.set(path, file);
  }
  const directories = [...new Set([...directoriesBefore, ...tree.directories])].filter((path) =>
    found === undefined ? directoriesBefore.has(path) : isMadeDirectory(work.plan, path, found, directoriesBefore),
  );
  return { files: Object.fromEntries(files), directories, adopted: adoptedOf(work, [...files.keys()], directories) };
}

async function lookAgain({ task, tree }: TreeWork): Promise<GuestTree> {
  const entered = new Set([...tree.directories, ...(task.have?.directories ?? [])]);
  const look = { isExcluded: exclusion(task.want.exclude), descend: (path: string) => entered.has(path) };
  return readExpectedTree(task, task.want.path, look, tree.files.keys());
}

/** A file that was to be written, as this work has written it; undefined where it does not show that. */
function fileNow(work: TreeWork, path: string, found: GuestTree | undefined): RecordedFile | undefined {
  const stat = found?.get(path);
  const file = work.tree.files.get(path);
  if (file === undefined || stat?.type !== "file") return undefined;
  if (stat.sizeBytes !== file.sizeBytes || !isOfTime(stat, work.modifiedAt)) return undefined;
  return { sha256: file.sha256, sizeBytes: file.sizeBytes, modifiedAt: stat.modifiedAt.toISOString() };
}

function isMadeDirectory(plan: TreePlan, path: string, found: GuestTree, before: ReadonlySet<string>): boolean {
  if (found.get(path)?.type !== "directory") return false;
  return before.has(path) || plan.found.get(path)?.type !== "directory";
}

/** Those where something was before this resource; what was gone meanwhile and is made anew is ours. */
function adoptedOf(
  { task: { have }, plan }: TreeWork,
  files: readonly string[],
  directories: readonly string[],
): string[] {
  const recorded = new Set([...recordedFiles(have).keys(), ...(have?.directories ?? [])]);
  const wasThere = have === undefined ? () => true : wasThereBefore(have);
  const isAdopted = (type: FileStat["type"]) => (path: string) =>
    plan.found.get(path)?.type === type && (!recorded.has(path) || wasThere(path));
  return [...files.filter(isAdopted("file")), ...directories.filter(isAdopted("directory"))].sort();
}

/** Another time than the one given or seen before is that of the guest's own clock, or of another's write: it proves nothing. */
function isOfTime(stat: FileStat, time: Date | undefined): boolean {
  return stat.modifiedAt.getTime() === time?.getTime();
}
