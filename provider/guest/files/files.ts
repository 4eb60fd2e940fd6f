import { GuestError, type GuestErrorCode, hasCode } from "../../errors/guest-error";
import { countEntries, type DirectoryEntry, listEntries } from "../calls/list-entries";
import { Leftovers } from "./temporary/leftovers";
import { FileLookup } from "./lookup";
import { joinPath, splitPath } from "../paths/path";
import { readBytes, readStart, sha256Of } from "./read";
import { despiteReadOnly } from "./read-only";
import { setAttributes } from "./set-attributes";
import { fileStat } from "./stat";
import type { StatUnreadable } from "./unreadable";
import { FileWriter, type ValidateFile } from "./write";
import type {
  ContentSource,
  FileAttributes,
  FileStart,
  FileStat,
  GuestFiles,
  IncomingFile,
  ListOptions,
  LookOptions,
  Sight,
  TransferOptions,
  WriteOptions,
} from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";
import { answerWasLost, reasonOf } from "../calls/request-outcome";
import { cleanupOperation } from "../../operation/deadline";

/** GuestFiles on top of the guest operations: looks are shared and kept for a moment, changes make them be forgotten. */
export class Files implements GuestFiles {
  readonly #lookup: FileLookup;
  readonly #writer: FileWriter;
  readonly #leftovers: Leftovers;
  readonly #calls: GuestCalls;
  readonly #transfers: Transfers;

  constructor(calls: GuestCalls, transfers: Transfers, validate: ValidateFile, statUnreadable: StatUnreadable) {
    this.#calls = calls;
    this.#transfers = transfers;
    this.#lookup = new FileLookup(calls, statUnreadable);
    this.#leftovers = new Leftovers(calls);
    const findByPath: FileLookup["findByPath"] = (path, op) => this.#lookup.findByPath(path, op);
    this.#writer = new FileWriter({ calls, transfers, validate, findByPath });
  }

  find(path: string, op: Operation, options: LookOptions = {}): Promise<Sight> {
    return this.#lookup.find(path, op, options);
  }

  stat(path: string, op: Operation, options: LookOptions = {}): Promise<FileStat | undefined> {
    return this.#lookup.stat(path, op, options);
  }

  async list(directory: string, op: Operation, options: ListOptions = {}): Promise<FileStat[]> {
    return this.#statsIn(directory, await listEntries(this.#calls, directory, options.matchPattern, op));
  }

  async listAll(directory: string, op: Operation): Promise<{ seen: FileStat[]; unseenCount: number }> {
    const entries = await listEntries(this.#calls, directory, undefined, op);
    const count = await countEntries(this.#calls, directory, op);
    return { seen: this.#statsIn(directory, entries), unseenCount: Math.max(0, count - entries.length) };
  }

  #statsIn(directory: string, entries: readonly DirectoryEntry[]): FileStat[] {
    return entries
      .filter(({ name }) => name !== "." && name !== "..")
      .map(({ name, info }) => fileStat(joinPath(directory, name, this.#calls.family), info))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  read(path: string, op: Operation, options: TransferOptions = {}): Promise<IncomingFile> {
    return this.#transfers.download(path, op, options);
  }

  readStart(path: string, limitBytes: number, op: Operation, options: TransferOptions = {}): Promise<FileStart> {
    return readStart(this.#transfers, path, limitBytes, op, options);
  }

  readBytes(path: string, limitBytes: number, op: Operation, options: TransferOptions = {}): Promise<Buffer> {
    return readBytes(this.#transfers, path, limitBytes, op, options);
  }

  sha256(path: string, op: Operation, options: TransferOptions = {}): Promise<string> {
    return sha256Of(this.#transfers, path, op, options);
  }

  write(path: string, content: ContentSource, options: WriteOptions, op: Operation): Promise<FileStat> {
    return this.#changing([path], () => this.#writer.write(path, content, options, op));
  }

  makeDirectory(
    path: string,
    options: { readonly createParents: boolean; readonly attributes: FileAttributes },
    op: Operation,
  ): Promise<void> {
    return this.#changing([path], async () => {
      await this.#makeNewDirectory(path, options.createParents, op);
      if (Object.keys(options.attributes).length === 0) return;
      try {
        await setAttributes(this.#calls, path, options.attributes, op);
      } catch (error) {
        await this.#removeEmpty(path, op);
        throw error;
      }
    });
  }

  changeAttributes(path: string, attributes: FileAttributes, op: Operation): Promise<void> {
    return this.#changing([path], () => setAttributes(this.#calls, path, attributes, op));
  }

  moveFile(
    source: string,
    destination: string,
    options: { readonly overwrite: boolean },
    op: Operation,
  ): Promise<void> {
    const move = () => this.#calls.moveFileInGuest(source, destination, options.overwrite, op);
    return this.#changing([source, destination], () => despiteReadOnly(this.#calls, destination, move, op));
  }

  deleteFile(path: string, op: Operation): Promise<boolean> {
    const absent = ["PATH_NOT_FOUND", "NOT_A_DIRECTORY"] as const;
    const remove = () => this.#calls.deleteFileInGuest(path, op);
    return this.#changing([path], () => wasThere(absent, despiteReadOnly(this.#calls, path, remove, op)));
  }

  sweepLeftovers(path: string, op: Operation): Promise<void> {
    return this.#leftovers.sweep(path, op);
  }

  deleteDirectory(path: string, options: { readonly recursive: boolean }, op: Operation): Promise<boolean> {
    const { directory, name } = splitPath(path, this.#calls.family);
    if (name === ".") {
      const where = `${this.#calls.vm.name} ${path}`;
      return Promise.reject(new GuestError("INVALID_INPUT", `${where}: a root directory is never deleted.`));
    }
    // With a separator at its end the path of a link would have the link's target emptied
    // (docs/reference/guest-operations.md#removing-directories).
    const exact = joinPath(directory, name, this.#calls.family);
    return this.#changing([path], () =>
      wasThere(["PATH_NOT_FOUND"], this.#calls.deleteDirectoryInGuest(exact, options.recursive, op)),
    );
  }

  /** What was seen before may not hold any more: after a program run, for instance. */
  forgetLooks(): void {
    this.#lookup.snapshots.dropAll();
  }

  /** Where the answer was lost, the new directory is ours if it is there now and can be made no more. */
  async #makeNewDirectory(path: string, createParents: boolean, op: Operation): Promise<void> {
    try {
      await this.#calls.makeDirectoryInGuest(path, createParents, op);
    } catch (error) {
      if (!answerWasLost(error)) throw error;
      const made = await this.#lookup.stat(path, op, { absence: "likely" });
      if (made?.type !== "directory") await this.#calls.makeDirectoryInGuest(path, createParents, op);
    }
  }

  /** A directory that was made and could not be made as declared would be nobody's. */
  async #removeEmpty(path: string, op: Operation): Promise<void> {
    try {
      await this.#calls.deleteDirectoryInGuest(path, false, cleanupOperation(op));
    } catch (error) {
      op.log.warn(`${this.#calls.vm.name} ${path}: this directory may be left behind: ${reasonOf(error)}`);
    }
  }

  async #changing<T>(paths: readonly string[], change: () => Promise<T>): Promise<T> {
    const drop = () => paths.forEach((path) => this.#lookup.snapshots.drop(path));
    drop();
    try {
      return await change();
    } finally {
      drop();
    }
  }
}

/** False when the deletion failed with one of the codes that mean that nothing was there. */
async function wasThere(absent: readonly GuestErrorCode[], deletion: Promise<void>): Promise<boolean> {
  try {
    await deletion;
    return true;
  } catch (error) {
    if (absent.some((code) => hasCode(error, code))) return false;
    throw error;
  }
}
