import { GuestError, hasCode } from "../../errors/guest-error";
import { listEntries } from "../calls/list-entries";
import { attributesDiffering } from "./attributes-differing";
import { joinPath, nameKey, splitPath } from "../paths/path";
import { escapePattern, patternsFor } from "../paths/pattern";
import { keepOwnership, keptFromTheStart, mayGiveAway } from "./keep-ownership";
import type { FileLookup } from "./lookup";
import { explainedByDirectory } from "./missing-directory";
import { despiteReadOnly } from "./read-only";
import { setAttributes } from "./set-attributes";
import { fileStat } from "./stat";
import { removeLeftover } from "./temporary/leftovers";
import { isStale, temporaryName, temporaryNamePattern } from "./temporary/name";
import type { ContentSource, FileAttributes, FileStat, WriteOptions } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";
import { answerWasLost, reasonOf } from "../calls/request-outcome";
import { cleanupOperation } from "../../operation/deadline";
import { given } from "../../values/given";

const ownerOnly = 0o600;
const ownersRead = 0o400;
const othersRead = 0o044;
/** What the guest gives a transferred file that is told no mode (docs/reference/guest-operations.md#transfers). */
const defaultMode = 0o644;

/** Runs a `validateCommand` on the finished temporary file; rejects when the command does not accept it. */
export type ValidateFile = (
  command: string,
  file: { readonly temporaryPath: string; readonly targetPath: string; readonly isSecret: boolean },
  op: Operation,
) => Promise<void>;

/** What writes of a guest work with. */
export interface WriteContext {
  readonly calls: GuestCalls;
  readonly transfers: Transfers;
  readonly validate: ValidateFile;
  readonly findByPath: FileLookup["findByPath"];
}

/**
 * Writes files so that a reader sees the old content or the new, whole: into a temporary file of the same directory,
 * with its final attributes, then by a rename over the target. 4 requests: Initiate, PUT, MoveFile and a listing that
 * verifies; one more, first, for a file that others may not read. Whatever goes wrong, the temporary file is removed; one that a killed deploy left is removed by a later write.
 */
export class FileWriter {
  readonly #context: WriteContext;

  constructor(context: WriteContext) {
    this.#context = context;
  }

  async write(path: string, content: ContentSource, options: WriteOptions, op: Operation): Promise<FileStat> {
    return new FileWrite(this.#context, path, content, options, op).run();
  }
}

/** One write from its beginning to its end. */
class FileWrite {
  readonly #calls: GuestCalls;
  readonly #directory: string;
  readonly #name: string;
  readonly #temporary: { readonly prefix: string; readonly suffix: string };
  #temporaryFileName: string;
  readonly #context: WriteContext;
  readonly #path: string;
  readonly #content: ContentSource;
  readonly #options: WriteOptions;
  /** What the file is to be like in the end, ownership that it keeps aside. */
  readonly #attributes: FileAttributes;
  /** What the temporary file is made with: its time is not mended at the target, where another's bytes may be by then. */
  readonly #ofTemporary: FileAttributes;
  readonly #op: Operation;

  constructor(context: WriteContext, path: string, content: ContentSource, options: WriteOptions, op: Operation) {
    this.#context = context;
    this.#path = path;
    this.#content = content;
    this.#options = options;
    this.#op = op;
    this.#calls = context.calls;
    this.#attributes = { ...keptFromTheStart(context.calls, options.keep ?? {}), ...options.attributes };
    this.#ofTemporary = { ...given({ modifiedAt: options.writtenAt }), ...this.#attributes };
    const { directory, name } = splitPath(path, this.#calls.family);
    this.#directory = directory;
    this.#name = name;
    this.#temporary = temporaryName(name, op.deadlineMs);
    this.#temporaryFileName = this.#temporary.prefix + this.#temporary.suffix;
  }

  async run(): Promise<FileStat> {
    try {
      await this.#fillTemporary().catch(async (error: unknown) => {
        throw await explainedByDirectory(this.#calls, this.#directory, error, this.#op);
      });
      if (this.#options.validateCommand !== undefined) await this.#validateTemporary(this.#options.validateCommand);
      await this.#replaceTarget();
      return await this.#verify();
    } catch (error) {
      await this.#removeTemporary();
      throw error;
    }
  }

  get #temporaryPath(): string {
    return joinPath(this.#directory, this.#temporaryFileName, this.#calls.family);
  }

  async #fillTemporary(): Promise<void> {
    const isValidated = this.#options.validateCommand !== undefined;
    if (this.#content.sizeBytes === 0 || this.#isPrivate) await this.#createEmpty();
    if (this.#content.sizeBytes === 0) {
      if (!isValidated) await this.#setFinalAttributes();
      return;
    }
    const whileValidated = this.#calls.family === "posix" ? { mode: ownerOnly } : {};
    const attributes = isValidated ? whileValidated : this.#attributesToUploadWith();
    // With overwrite: an upload that was cut is begun again over what the first attempt left.
    await this.#context.transfers.upload(this.#temporaryPath, attributes, this.#content, true, this.#op, this.#options);
    if (!isValidated) await this.#giveAway();
  }

  /**
   * Of a mode that keeps others from reading it: such a file is made first, empty and 0600, since the guest sets the
   * attributes of a transferred one after its bytes.
   */
  get #isPrivate(): boolean {
    const { mode = defaultMode } = this.#attributes;
    return this.#calls.family === "posix" && (mode & othersRead) !== othersRead;
  }

  /** A refused owner would look like a failed transfer: who may not give any sets it by itself (giveAway). */
  #attributesToUploadWith(): FileAttributes {
    if (mayGiveAway(this.#calls)) return this.#ofTemporary;
    const { ownerId: _owner, groupId: _group, ...others } = this.#ofTemporary;
    return others;
  }

  /** The mode comes along, since a change of owner clears set-id bits. */
  async #giveAway(): Promise<void> {
    const { ownerId, groupId, mode } = this.#attributes;
    if (mayGiveAway(this.#calls) || (ownerId === undefined && groupId === undefined)) return;
    await setAttributes(this.#calls, this.#temporaryPath, given({ ownerId, groupId, mode }), this.#op, this.#path);
  }

  /**
   * A host may answer a PUT of no bytes with 500 (docs/reference/guest-operations.md#transfers): the guest itself makes
   * an empty file.
   */
  async #createEmpty(): Promise<void> {
    const { prefix, suffix } = this.#temporary;
    const create = () => this.#calls.createTemporaryFileInGuest(prefix, suffix, this.#directory, this.#op);
    try {
      this.#temporaryFileName = splitPath(await create(), this.#calls.family).name;
    } catch (error) {
      if (!answerWasLost(error)) throw error;
      const made = await this.#findTemporary(this.#op);
      this.#temporaryFileName = made ?? splitPath(await create(), this.#calls.family).name;
    }
  }

  async #validateTemporary(command: string): Promise<void> {
    const [temporaryPath, targetPath] = [this.#temporaryPath, this.#path];
    await this.#context.validate(
      command,
      { temporaryPath, targetPath, isSecret: this.#options.secret === true },
      this.#op,
    );
    await this.#setFinalAttributes();
  }

  /** For a file that was made with 0600: a mode is always said. */
  async #setFinalAttributes(): Promise<void> {
    const attributes = this.#ofTemporary;
    const final: FileAttributes = this.#calls.family === "posix" ? { mode: defaultMode, ...attributes } : attributes;
    if (Object.keys(final).length === 0) return;
    await setAttributes(this.#calls, this.#temporaryPath, final, this.#op, this.#path);
  }

  async #replaceTarget(): Promise<void> {
    const [calls, path, op] = [this.#calls, this.#path, this.#op];
    const overwrite = this.#options.overwrite ?? true;
    const rename = () => calls.moveFileInGuest(this.#temporaryPath, path, overwrite, op);
    const move = () => despiteReadOnly(calls, path, rename, op);
    try {
      await move();
    } catch (error) {
      if (hasCode(error, "PATH_EXISTS")) throw overwrite ? this.#targetIsDirectory(error) : error;
      if (!answerWasLost(error)) throw error;
      const { left } = await this.#look();
      if (left !== undefined) await move();
    }
  }

  /**
   * Looks at the result. A rename that fell back to copying (docs/reference/guest-operations.md#moves: another owner's
   * file in a sticky directory, a mount point) leaves another mode and owner, and sometimes its source: both are put
   * right here.
   */
  async #verify(): Promise<FileStat> {
    const { target, left, stale } = await this.#look();
    if (left !== undefined) await this.#removeTemporary();
    const deleteFile = (path: string, op: Operation) => this.#calls.deleteFileInGuest(path, op);
    for (const path of stale) await removeLeftover(this.#calls, path, this.#op, deleteFile);
    if (target === undefined) throw this.#failure("the guest user may not look at it, or it was removed at once");
    if (target.type !== "file" || target.sizeBytes !== this.#content.sizeBytes) {
      const found = `the guest has a ${target.type} of ${target.sizeBytes} bytes`;
      throw this.#failure(`${found} where ${this.#content.sizeBytes} bytes were written`);
    }
    if (attributesDiffering(this.#attributes, target).length === 0) return this.#kept(target);
    return this.#kept(await this.#mendAttributes());
  }

  async #mendAttributes(): Promise<FileStat> {
    await setAttributes(this.#calls, this.#path, this.#attributes, this.#op);
    const { target } = await this.#look();
    const differing = target === undefined ? ["any attribute"] : attributesDiffering(this.#attributes, target);
    if (target !== undefined && differing.length === 0) return target;
    throw this.#failure(`the guest did not keep ${differing.join(", ")} as set`);
  }

  async #kept(written: FileStat): Promise<FileStat> {
    const changed = await keepOwnership(this.#calls, this.#path, written, this.#options, this.#op);
    return (changed ? (await this.#look()).target : undefined) ?? written;
  }

  /** Target, temporary file, and paths of others that nobody has touched for long, in one listing. */
  async #look() {
    const [own] = patternsFor([this.#name, this.#temporaryFileName], this.#calls.family);
    const temporaries = new RegExp(temporaryNamePattern(this.#name, this.#calls.family));
    const pattern = `${own?.pattern}|${temporaries.source}`;
    const entries = await listEntries(this.#calls, this.#directory, pattern, this.#op);
    const statOf = (name: string, path: string) => {
      const found = entries.find(
        (entry) => nameKey(entry.name, this.#calls.family) === nameKey(name, this.#calls.family),
      );
      return found && fileStat(path, found.info);
    };
    return {
      target: statOf(this.#name, this.#path) ?? (await this.#lookAtUnreadable()),
      left: statOf(this.#temporaryFileName, this.#temporaryPath),
      stale: entries
        .filter((entry) => temporaries.test(entry.name) && isStale(entry))
        .map(({ name }) => joinPath(this.#directory, name, this.#calls.family)),
    };
  }

  /** A file whose mode keeps its own owner from reading it is in no listing. */
  async #lookAtUnreadable(): Promise<FileStat | undefined> {
    const { mode } = this.#attributes;
    if (this.#calls.family === "windows" || mode === undefined || (mode & ownersRead) !== 0) return undefined;
    const sight = await this.#context.findByPath(this.#path, this.#op);
    return sight.kind === "seen" ? sight.stat : undefined;
  }

  async #findTemporary(op: Operation): Promise<string | undefined> {
    const pattern = `^${escapePattern(this.#temporary.prefix, this.#calls.family)}`;
    const entries = await listEntries(this.#calls, this.#directory, pattern, op);
    return entries[0]?.name;
  }

  async #removeTemporary(): Promise<void> {
    try {
      const [calls, path] = [this.#calls, this.#temporaryPath];
      const cleanup = cleanupOperation(this.#op);
      await despiteReadOnly(calls, path, () => calls.deleteFileInGuest(path, cleanup), cleanup);
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND") || hasCode(error, "NOT_A_DIRECTORY")) return;
      const where = `${this.#calls.vm.name} ${this.#temporaryPath}`;
      this.#op.log.warn(`${where}: this temporary file may be left behind: ${reasonOf(error)}`);
    }
  }

  #targetIsDirectory(cause: unknown): GuestError {
    const where = `${this.#calls.vm.name} ${this.#path}`;
    const remedy = "Remove the directory, or choose another path";
    return new GuestError("NOT_A_FILE", `${where}: is a directory, which a file cannot replace. ${remedy}.`, { cause });
  }

  #failure(reason: string): GuestError {
    return new GuestError("TRANSFER_FAILED", `${this.#calls.vm.name} ${this.#path}: was written, but ${reason}.`);
  }
}
