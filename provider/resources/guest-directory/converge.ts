import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat } from "../../guest/guest";
import {
  attributesToChange,
  changeAttributes,
  parseMode,
  type RecordedIds,
  requireFitting,
  resolveAttributes,
} from "../file-system/attributes";
import { changedAt } from "../file-system/changed-at";
import { ParentDirectories } from "../file-system/parent-directories";
import { ConvergeIncompleteError } from "../resource-kind";
import { sourceTree } from "./source/directory-source";
import type { GuestDirectoryState, GuestDirectoryTask } from "./schema";
import type { SourceTree } from "./source/source-tree";
import type { TreeState } from "./tree/record";
import { removeTree } from "./tree/remove";
import { syncTree, type SyncedTree, TreeUnfinishedError } from "./tree/sync";
import { given } from "../../values/given";

const defaultMode = "0755";

/** Makes the directory where it is absent, and sets declared attributes that differ; then brings what `source` declares. */
export async function convergeGuestDirectory(task: GuestDirectoryTask): Promise<GuestDirectoryState> {
  const { guest, want, op } = task;
  requireFitting(guest, want);
  const [stat, attributes, tree] = await allDone([
    // Where something is there all the same, making it says so.
    guest.files.stat(want.path, op, { absence: "likely" }),
    resolveAttributes(task, want),
    sourceTree(want, op.signal),
  ]);
  return new DirectoryWork({ ...task, have: task.have ?? task.others.former }, attributes).run(stat, tree);
}

/** The work on one directory: what it has made is recorded also where it fails, since it would be nobody's. */
class DirectoryWork {
  readonly #task: GuestDirectoryTask;
  readonly #attributes: FileAttributes & RecordedIds;
  readonly #parents: ParentDirectories;
  #isMade = false;
  /** What is declared was changed: of a directory with `source` its own attributes don't count. */
  #hasChanged = false;

  constructor(task: GuestDirectoryTask, attributes: FileAttributes & RecordedIds) {
    this.#task = task;
    this.#attributes = attributes;
    this.#parents = new ParentDirectories(task, task.want.path);
  }

  async run(stat: FileStat | undefined, tree: SourceTree | undefined): Promise<GuestDirectoryState> {
    try {
      await requireAllowed(this.#task, stat);
      await (stat === undefined ? this.#make() : this.#adjust(stat));
      const synced = tree === undefined ? await this.#forgetTree() : await syncTree(this.#task, tree, this.#attributes);
      this.#hasChanged ||= synced.hasChanged;
      return this.#state(synced.state);
    } catch (error) {
      const { have } = this.#task;
      const unfinished = error instanceof TreeUnfinishedError ? error : undefined;
      if (unfinished === undefined && !this.#isMade && !this.#parents.madeAny) throw error;
      this.#hasChanged ||= unfinished !== undefined;
      const kept = given({ files: have?.files, directories: have?.directories, adopted: have?.adopted });
      throw new ConvergeIncompleteError(unfinished?.cause ?? (error as Error), this.#state(unfinished?.tree ?? kept));
    }
  }

  async #make(): Promise<void> {
    const { guest, want, op } = this.#task;
    if (want.createParents === true) await this.#parents.make(want.parentMode);
    const mode = guest.family === "windows" ? {} : { mode: parseMode(defaultMode) };
    const made = { createParents: false, attributes: { ...mode, ...this.#attributes } };
    try {
      await guest.files.makeDirectory(want.path, made, op);
      this.#isMade = this.#hasChanged = true;
    } catch (error) {
      if (!hasCode(error, "PATH_EXISTS")) throw error;
      await this.#takeOver(error);
    }
  }

  /** Another deploy, or somebody, has made it since it was looked for. */
  async #takeOver(refusal: unknown): Promise<void> {
    const { guest, want, op } = this.#task;
    const stat = await guest.files.stat(want.path, op);
    if (stat === undefined) throw refusal;
    await requireAllowed(this.#task, stat);
    await this.#adjust(stat);
  }

  #adjust(stat: FileStat): Promise<void> {
    const differ = Object.keys(attributesToChange(this.#attributes, stat)).length > 0;
    this.#hasChanged ||= differ && this.#task.want.source === undefined;
    return changeAttributes(this.#task, this.#task.want.path, this.#attributes, stat);
  }

  /** `source` is no longer declared: what it brought is removed, as far as it is still as it was brought. */
  async #forgetTree(): Promise<SyncedTree> {
    const { have } = this.#task;
    if (have?.files !== undefined) await removeTree({ ...this.#task, have });
    return { state: {}, hasChanged: have?.files !== undefined };
  }

  #state(tree: TreeState): GuestDirectoryState {
    const { guest, want, have } = this.#task;
    const createdParents = [...(have?.createdParents ?? []), ...this.#parents.ours];
    return {
      ...want,
      instanceUuid: guest.vm.instanceUuid,
      created: this.#isMade || (have?.created ?? false),
      ...given({ ownerId: this.#attributes.ownerId, groupId: this.#attributes.groupId }),
      ...tree,
      changedAt: changedAt(have, this.#hasChanged),
      ...(createdParents.length === 0 ? {} : { createdParents: [...new Set(createdParents)].sort() }),
    };
  }
}

/** Refuses a create where something is there that it must not take over. */
export async function requireAllowed(
  { guest, want, have, op }: Pick<GuestDirectoryTask, "guest" | "want" | "have" | "op">,
  stat: FileStat | undefined,
): Promise<void> {
  if (stat === undefined) return;
  const where = `${guest.vm.name} ${want.path}`;
  if (stat.type !== "directory") {
    throw new GuestError(
      "NOT_A_DIRECTORY",
      `${where}: is a ${stat.type} in the guest, and a directory is declared. Move it away, or declare another path.`,
    );
  }
  if (have === undefined && want.onExists === "error") {
    const isEmpty = (await guest.files.list(want.path, op)).length === 0;
    const remains = isEmpty ? " It is empty: an interrupted deploy may have left it." : "";
    throw new GuestError(
      "PATH_EXISTS",
      `${where}: is there already, and onExists is "error".${remains} Remove the directory, or set onExists to "adopt" to take it over.`,
    );
  }
}
