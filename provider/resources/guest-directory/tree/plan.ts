import { GuestError } from "../../../errors/guest-error";
import { allDone } from "../../../operation/all-done";
import type { FileAttributes, FileStat } from "../../../guest/guest";
import { attributesToChange, formatMode } from "../../file-system/attributes";
import { transferOf } from "../../../vocabulary/inputs";
import { type GuestTree, isUnnameable, pathInGuest, readExpectedTree, readWholeTree, unnameable } from "./guest-tree";
import { directoriesAbove, isWithin } from "./tree-path";
import type { GuestDirectoryTask } from "../schema";
import { exclusion } from "../source/exclusion";
import { type SourceFile, type SourceTree } from "../source/source-tree";
import { recordedFiles, type RecordedFile, recordedIn, wasThereBefore } from "./shares";
import { printableName } from "../../../values/printable";

/** What is to be done so that a guest directory holds what its source declares. */
export interface TreePlan {
  /** Paths to remove, each by itself: what is purged, what a former source brought, and what is in the way. */
  readonly remove: readonly { readonly path: string; readonly type: FileStat["type"] }[];
  readonly makeDirectories: readonly string[];
  readonly write: readonly string[];
  readonly attributes: ReadonlyMap<string, FileAttributes>;
  /** Why each of the above, for people. */
  readonly reasons: readonly PathReason[];
  /** Why it can't be carried out, where it can't. */
  readonly refusals: readonly GuestError[];
  /** The look that the plan was made from. */
  readonly found: GuestTree;
}

/** What is to be done with one path, and why. */
export interface PathReason {
  readonly path: string;
  readonly reason: string;
  /** What is there goes, and it is not what this resource brought. */
  readonly isLoss: boolean;
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
  /** What the program says; a file that is there already keeps the rest. */
  readonly declared: TreeAttributes;
  /** Of new files and directories. */
  readonly attributes: TreeAttributes;
  /** Given to all files that are written. */
  readonly modifiedAt: Date;
}

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
  // What is purged is listed whole: nothing is removed that was not seen.
  const descend = (path: string) => want.purge === true || known.has(path);
  const found = await readExpectedTree(task, want.path, { isExcluded, descend }, Object.keys(have?.files ?? {}));
  return new Planner(task, tree, attributes, { found, kept }).plan();
}

class Planner {
  readonly #removed = new Map<string, FileStat["type"]>();
  readonly #makeDirectories: string[] = [];
  readonly #write: string[] = [];
  readonly #changes = new Map<string, FileAttributes>();
  readonly #reasons: PathReason[] = [];
  readonly #refusals: GuestError[] = [];
  /** Outermost paths that can't be removed. */
  readonly #refused = new Set<string>();
  readonly #found: GuestTree;
  /** Directories, at any depth, that hold something excluded. */
  readonly #holdingKept: ReadonlySet<string>;
  readonly #task: GuestDirectoryTask;
  readonly #tree: SourceTree;
  readonly #attributes: TreeAttributes;
  readonly #recordedFiles: ReadonlyMap<string, RecordedFile>;
  readonly #recordedDirectories: ReadonlySet<string>;

  constructor(
    task: GuestDirectoryTask,
    tree: SourceTree,
    attributes: TreeAttributes,
    { found, kept }: { readonly found: GuestTree; readonly kept: readonly string[] },
  ) {
    this.#task = task;
    this.#tree = tree;
    this.#attributes = attributes;
    this.#recordedFiles = recordedFiles(task.have);
    this.#recordedDirectories = new Set(task.have?.directories);
    this.#found = found;
    this.#holdingKept = new Set(kept.flatMap((path) => [...directoriesAbove(path)]));
  }

  async plan(): Promise<TreePlan> {
    await this.#refuseUnseen();
    await this.#planRemovals();
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
      refusals: this.#refusals,
      found: this.#found,
    };
  }

  async #planRemovals(): Promise<void> {
    const { want, have } = this.#task;
    const isOurs = have === undefined ? () => false : recordedIn(have);
    const wasThere = have === undefined ? () => false : wasThereBefore(have);
    for (const [path, stat] of this.#undeclared()) {
      const isPurged = want.purge === true && !this.#holdsKept(path);
      if (!isPurged && !isOurs(path, stat)) continue;
      const inGuest = pathInGuest(this.#task.guest, want.path, path);
      const holder = await this.#task.others.heldBy(inGuest);
      if (holder !== undefined) this.#planLeaving(path, stat, `${holder} has it`);
      else if (!isPurged && wasThere(path)) this.#planLeaving(path, stat, "it was there before");
      else this.#planRemoval(path, stat, isPurged);
    }
  }

  /** What is found and not in source, what holds others before these. */
  #undeclared(): [string, FileStat][] {
    const declared = new Set([...this.#tree.directories, ...this.#tree.files.keys()]);
    return [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([path]) => !declared.has(path));
  }

  #planRemoval(path: string, stat: FileStat, isPurged: boolean): void {
    if (isWithin(this.#refused, path)) return;
    // A former source's directory goes if it is empty then, which is not worth a line.
    if (isPurged ? !isWithin(this.#removed, path) : stat.type !== "directory")
      this.#because(path, "is not in source; it will be removed", { isLoss: !this.#isBrought(path) });
    this.#removed.set(path, stat.type);
  }

  #planLeaving(path: string, { type }: FileStat, why: string): void {
    if (type !== "directory") this.#because(path, `is not in source; it is left, since ${why}`);
  }

  /** With `purge` a directory goes with all that is in it: so the login must see all of that. */
  async #refuseUnseen(): Promise<void> {
    if (this.#task.want.purge !== true) return;
    for (const [path, { type }] of this.#undeclared()) {
      if (this.#holdsKept(path) || isWithin(this.#refused, path)) continue;
      const unseen = await this.#unseenAt(path, type);
      if (unseen !== undefined) this.#refuse(path, unseen);
    }
  }

  /** The first thing that the login can't name or see of what goes with `path`. */
  async #unseenAt(path: string, type: FileStat["type"]): Promise<string | undefined> {
    const { guest, want } = this.#task;
    const inGuest = pathInGuest(guest, want.path, path);
    if (isUnnameable(path, guest)) return unnameable(inGuest);
    return type === "directory" ? (await readWholeTree(this.#task, inGuest)).unseen[0] : undefined;
  }

  #refuse(path: string, why: string): void {
    const { guest, want } = this.#task;
    this.#refused.add(path);
    this.#because(path, `is not in source, and purge can't remove it: ${why}`);
    this.#refusals.push(
      new GuestError(
        "DIRECTORY_NOT_EMPTY",
        `${guest.vm.name} ${want.path}: purge can't remove ${printableName(path)}: ${why}. Nothing was changed. Remove it by hand, use a guest login ` +
          "that sees all of it, or leave it out with exclude.",
      ),
    );
  }

  /** A directory that holds something excluded stays when it is purged around it. */
  #holdsKept(path: string): boolean {
    return this.#found.get(path)?.type === "directory" && this.#holdingKept.has(path);
  }

  #planDirectory(path: string, stat: FileStat | undefined): void {
    if (stat?.type === "directory") return this.#planAttributes(path, stat, this.#attributes.directory);
    if (stat !== undefined) this.#planReplacement(path, stat, "a directory");
    else this.#because(path, "directory is absent in the guest");
    this.#makeDirectories.push(path);
  }

  #planFile(path: string, difference: string | undefined): void {
    const stat = this.#found.get(path);
    if (stat !== undefined && stat.type !== "file") this.#planReplacement(path, stat, "a file");
    else if (difference !== undefined) this.#because(path, difference, { isLoss: this.#isForeign(path, stat) });
    if (difference !== undefined) this.#write.push(path);
    else if (stat !== undefined) this.#planAttributes(path, stat, this.#attributes.file);
  }

  /** What is in the way goes where `purge` asks for that, or where it took the place of what this resource had brought. */
  #planReplacement(path: string, stat: FileStat, wanted: string): void {
    const { guest, want, have } = this.#task;
    const differs = `is a ${stat.type} in the guest, wanted ${wanted}`;
    this.#because(path, differs, { isLoss: true });
    if (want.purge === true || (have !== undefined && this.#isBrought(path) && !wasThereBefore(have)(path))) {
      this.#removed.set(path, stat.type);
      return;
    }
    this.#refusals.push(
      new GuestError(
        "PATH_EXISTS",
        `${guest.vm.name} ${want.path}: ${path} ${differs}, and this resource did not make it. Nothing was changed. Move it away, or ` +
          "set purge to have what is not in source removed.",
      ),
    );
  }

  #planAttributes(path: string, stat: FileStat, wanted: FileAttributes): void {
    const changes = attributesToChange(wanted, stat);
    if (Object.keys(changes).length === 0) return;
    this.#changes.set(path, changes);
    const wantedNow = describeAttributes({ ...stat, ...changes });
    this.#because(path, `${describeAttributes(stat)} in the guest, wanted ${wantedNow}`);
  }

  #isBrought(path: string): boolean {
    return this.#recordedFiles.has(path) || this.#recordedDirectories.has(path);
  }

  #because(path: string, reason: string, { isLoss = false }: { readonly isLoss?: boolean } = {}): void {
    this.#reasons.push({ path, reason, isLoss });
  }

  /** True for a file that is there and not as it was last brought. */
  #isForeign(path: string, stat: FileStat | undefined): boolean {
    const recorded = this.#recordedFiles.get(path);
    if (stat === undefined) return false;
    return stat.sizeBytes !== recorded?.sizeBytes || stat.modifiedAt.toISOString() !== recorded.modifiedAt;
  }

  async #fileDifference(path: string, file: SourceFile, stat: FileStat | undefined): Promise<string | undefined> {
    const { guest, want, op } = this.#task;
    if (stat === undefined) return "absent in the guest";
    if (stat.type !== "file") return `is a ${stat.type} in the guest`;
    const recorded = this.#recordedFiles.get(path);
    if (want.driftDetection === "off" && recorded?.sha256 === file.sha256) return undefined;
    if (stat.sizeBytes !== file.sizeBytes)
      return `content differs: ${stat.sizeBytes} bytes in the guest, ${file.sizeBytes} wanted`;
    const isAsWritten = isProof(recorded, file, stat);
    if (stat.unreadable === true && !isAsWritten)
      return "the guest login can't read it, and it is not as it was written";
    if ((want.driftDetection !== "content" || stat.unreadable === true) && isAsWritten) return undefined;
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
