import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat } from "../../guest/guest";
import { attributesToChange, formatMode } from "../file-system/attributes";
import { transferOf } from "../../vocabulary/inputs";
import { type GuestTree, pathInGuest, readGuestTree } from "./guest-tree";
import type { GuestDirectoryState, GuestDirectoryTask } from "./schema";
import { exclusion, type SourceFile, type SourceTree } from "./source-tree";

/** What is to be done so that a guest directory holds what its source declares. */
export interface TreePlan {
  /** Paths to remove, outermost only: what is purged, and what a former source brought. */
  readonly remove: readonly { readonly path: string; readonly type: FileStat["type"] }[];
  readonly makeDirectories: readonly string[];
  readonly write: readonly string[];
  readonly attributes: ReadonlyMap<string, FileAttributes>;
  /** One line for each of the above, for people. */
  readonly reasons: readonly string[];
  /** The look that the plan was made from. */
  readonly found: GuestTree;
}

/** Attributes that files and directories of the tree are to have. */
export interface TreeAttributes {
  readonly file: FileAttributes;
  readonly directory: FileAttributes;
}

/** A plan with all that it takes to carry it out. */
export interface TreeWork {
  readonly task: GuestDirectoryTask;
  readonly tree: SourceTree;
  readonly plan: TreePlan;
  /** Of new files and directories. */
  readonly attributes: TreeAttributes;
  /** Given to all files that are written. */
  readonly modifiedAt: Date;
}

type RecordedFile = NonNullable<GuestDirectoryState["files"]>[string];

/** Compares the guest with the source; reads only. Undefined owner and mode are left out of `attributes`. */
export async function planTree(
  task: GuestDirectoryTask,
  tree: SourceTree,
  attributes: TreeAttributes,
): Promise<TreePlan> {
  const { want, have } = task;
  const kept: string[] = [];
  const matches = exclusion(want.exclude);
  const isExcluded = (path: string) => matches(path) && kept.push(path) > 0;
  const known = new Set([...tree.directories, ...(have?.directories ?? [])]);
  const entersAll = want.purge === true && (want.exclude ?? []).length > 0;
  const descend = (path: string) => entersAll || known.has(path);
  const found = await readGuestTree(task, want.path, { isExcluded, descend });
  return new Planner(task, tree, attributes, { found, kept }).plan();
}

class Planner {
  readonly #removed = new Map<string, FileStat["type"]>();
  readonly #makeDirectories: string[] = [];
  readonly #write: string[] = [];
  readonly #changes = new Map<string, FileAttributes>();
  readonly #reasons: string[] = [];
  readonly #found: GuestTree;
  /** What is there and excluded. */
  readonly #kept: readonly string[];
  readonly #task: GuestDirectoryTask;
  readonly #tree: SourceTree;
  readonly #attributes: TreeAttributes;

  constructor(
    task: GuestDirectoryTask,
    tree: SourceTree,
    attributes: TreeAttributes,
    { found, kept }: { readonly found: GuestTree; readonly kept: readonly string[] },
  ) {
    this.#task = task;
    this.#tree = tree;
    this.#attributes = attributes;
    this.#found = found;
    this.#kept = kept;
  }

  async plan(): Promise<TreePlan> {
    this.#planRemovals();
    for (const path of this.#tree.directories) this.#planDirectory(path, this.#found.get(path));
    const files = [...this.#tree.files];
    const verdicts = await allDone(
      files.map(([path, file]) => this.#fileDifference(path, file, this.#found.get(path))),
    );
    files.forEach(([path], index) => this.#planFile(path, verdicts[index]));
    const remove = [...this.#removed].map(([path, type]) => ({ path, type }));
    return {
      remove,
      makeDirectories: this.#makeDirectories,
      write: this.#write,
      attributes: this.#changes,
      reasons: this.#reasons,
      found: this.#found,
    };
  }

  #planRemovals(): void {
    const { want, have } = this.#task;
    const declared = new Set([...this.#tree.directories, ...this.#tree.files.keys()]);
    const ours = new Set([...Object.keys(have?.files ?? {}), ...(have?.directories ?? [])]);
    for (const [path, stat] of [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (declared.has(path) || this.#isBelowRemoved(path)) continue;
      const isPurged = want.purge === true && !this.#holdsKept(path);
      if (!isPurged && !(ours.has(path) && stat.type !== "directory")) continue;
      this.#removed.set(path, stat.type);
      this.#reasons.push(`${path}: is not in source; it will be removed`);
    }
  }

  /** A directory that holds something excluded stays when it is purged around it. */
  #holdsKept(path: string): boolean {
    return this.#found.get(path)?.type === "directory" && this.#kept.some((one) => one.startsWith(`${path}/`));
  }

  #isBelowRemoved(path: string): boolean {
    return [...this.#removed.keys()].some((removed) => path.startsWith(`${removed}/`));
  }

  #planDirectory(path: string, stat: FileStat | undefined): void {
    if (stat?.type === "directory") return this.#planAttributes(path, stat, this.#attributes.directory);
    if (stat !== undefined) this.#planReplacement(path, stat, "a directory");
    else this.#reasons.push(`${path}: directory is absent in the guest`);
    this.#makeDirectories.push(path);
  }

  #planFile(path: string, difference: string | undefined): void {
    const stat = this.#found.get(path);
    if (stat !== undefined && stat.type !== "file") this.#planReplacement(path, stat, "a file");
    else if (difference !== undefined) this.#reasons.push(`${path}: ${difference}`);
    if (difference !== undefined) this.#write.push(path);
    else if (stat !== undefined) this.#planAttributes(path, stat, this.#attributes.file);
  }

  #planReplacement(path: string, stat: FileStat, wanted: string): void {
    this.#removed.set(path, stat.type);
    this.#reasons.push(`${path}: is a ${stat.type} in the guest, wanted ${wanted}`);
  }

  #planAttributes(path: string, stat: FileStat, wanted: FileAttributes): void {
    const changes = attributesToChange(wanted, stat);
    if (Object.keys(changes).length === 0) return;
    this.#changes.set(path, changes);
    this.#reasons.push(
      `${path}: ${describeAttributes(stat)} in the guest, wanted ${describeAttributes({ ...stat, ...changes })}`,
    );
  }

  async #fileDifference(path: string, file: SourceFile, stat: FileStat | undefined): Promise<string | undefined> {
    const { guest, want, have, op } = this.#task;
    if (stat === undefined) return "absent in the guest";
    if (stat.type !== "file") return `is a ${stat.type} in the guest`;
    const recorded = have?.files?.[path];
    if (want.driftDetection === "off" && recorded?.sha256 === file.sha256) return undefined;
    if (stat.sizeBytes !== file.sizeBytes)
      return `content differs: ${stat.sizeBytes} bytes in the guest, ${file.sizeBytes} wanted`;
    if (want.driftDetection !== "content" && isProof(recorded, file, stat)) return undefined;
    if (recorded !== undefined && recorded.sha256 !== file.sha256) return "content has changed in source";
    const sha256 = await guest.files.sha256(pathInGuest(guest, want.path, path), op, transferOf(want));
    return sha256 === file.sha256 ? undefined : `content differs, ${stat.sizeBytes} bytes`;
  }
}

function isProof(recorded: RecordedFile | undefined, file: SourceFile, stat: FileStat): boolean {
  return recorded?.sha256 === file.sha256 && recorded.modifiedAt === stat.modifiedAt.toISOString();
}

function describeAttributes(stat: FileAttributes): string {
  return `mode ${formatMode(stat.mode)} owner ${stat.ownerId ?? "?"}:${stat.groupId ?? "?"}`;
}
