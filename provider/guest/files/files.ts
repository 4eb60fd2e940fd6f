import { GuestError, type GuestErrorCode, hasCode } from "../../errors/guest-error";
import { countEntries, type DirectoryEntry, listEntries } from "../calls/list-entries";
import { allDone } from "../../operation/all-done";
import { type ForeignContext, ForeignFiles } from "./foreign/foreign-files";
import { type PlaceContext, Places } from "./foreign/places";
import { Leftovers } from "./temporary/leftovers";
import { copyByName } from "./copy";
import { FileLookup } from "./lookup";
import { isRoot, joinPath, parentOf, splitPath } from "../paths/path";
import { readBytes, readStart, sha256Of } from "./read";
import { despiteReadOnly } from "./read-only";
import { setAttributes } from "./set-attributes";
import { fileStat } from "./stat";
import type { StatUnreadable } from "./unreadable";
import { FileWriter } from "./write";
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

/** What files of a guest are worked on with. */
export interface FilesContext extends ForeignContext {
  readonly statUnreadable: StatUnreadable;
  readonly ownerId: PlaceContext["ownerId"];
}

/** GuestFiles on top of the guest operations: looks are shared and kept for a moment, changes make them be forgotten. */
export class Files implements GuestFiles {
  readonly #lookup: FileLookup;
  readonly #places: Places;
  readonly #foreign: ForeignFiles;
  readonly #writer: FileWriter;
  readonly #leftovers: Leftovers;
  readonly #calls: GuestCalls;
  readonly #transfers: Transfers;
  readonly #run: FilesContext["run"];

  constructor(context: FilesContext) {
    const { calls, transfers, ownerId } = context;
    this.#calls = calls;
    this.#transfers = transfers;
    this.#run = context.run;
    this.#lookup = new FileLookup(calls, context.statUnreadable, (...listing) => this.#places.learn(...listing));
    const stat: PlaceContext["stat"] = (path, op) => this.#lookup.stat(path, op, { absence: "likely" });
    this.#places = new Places({ calls, ownerId, stat });
    this.#foreign = new ForeignFiles(context);
    const deleteFile = (path: string, op: Operation) => this.deleteFile(path, op);
    this.#leftovers = new Leftovers(calls, deleteFile);
    const findByPath: FileLookup["findByPath"] = (path, op) => this.#lookup.findByPath(path, op);
    this.#writer = new FileWriter({ ...context, findByPath });
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

  async read(path: string, op: Operation, options: TransferOptions = {}): Promise<IncomingFile> {
    await this.#places.requireNoForeignLinks(path, op);
    return this.#transfers.download(path, op, options);
  }

  async readStart(path: string, limitBytes: number, op: Operation, options: TransferOptions = {}): Promise<FileStart> {
    await this.#places.requireNoForeignLinks(path, op);
    return readStart(this.#transfers, path, limitBytes, op, options);
  }

  async readBytes(path: string, limitBytes: number, op: Operation, options: TransferOptions = {}): Promise<Buffer> {
    await this.#places.requireNoForeignLinks(path, op);
    return readBytes(this.#transfers, path, limitBytes, op, options);
  }

  async sha256(path: string, op: Operation, options: TransferOptions = {}): Promise<string> {
    await this.#places.requireNoForeignLinks(path, op);
    return sha256Of(this.#transfers, path, op, options);
  }

  write(path: string, content: ContentSource, options: WriteOptions, op: Operation): Promise<FileStat> {
    return this.#changing([path], op, {
      own: () => this.#writer.write(path, content, options, op),
      foreign: () => this.#foreign.write(path, content, options, op),
    });
  }

  makeDirectory(
    path: string,
    options: { readonly createParents: boolean; readonly attributes: FileAttributes },
    op: Operation,
  ): Promise<void> {
    return this.#changing([path], op, {
      own: async () => {
        await this.#makeNewDirectory(path, options.createParents, op);
        if (Object.keys(options.attributes).length === 0) return;
        try {
          await setAttributes(this.#calls, path, options.attributes, op);
        } catch (error) {
          await this.#removeEmpty(path, op);
          throw error;
        }
      },
      foreign: async () => {
        if (options.createParents) await this.#makeMissing(parentOf(path, this.#calls.family), op);
        await this.#foreign.makeDirectory(path, options.attributes, op);
      },
    });
  }

  changeAttributes(path: string, attributes: FileAttributes, op: Operation): Promise<void> {
    return this.#changing([path], op, {
      own: () => setAttributes(this.#calls, path, attributes, op),
      foreign: () => this.#foreign.changeAttributes(path, attributes, op),
    });
  }

  moveFile(
    source: string,
    destination: string,
    options: { readonly overwrite: boolean },
    op: Operation,
  ): Promise<void> {
    const move = () => this.#calls.moveFileInGuest(source, destination, options.overwrite, op);
    return this.#changing([source, destination], op, {
      own: () => despiteReadOnly(this.#calls, destination, move, op),
      foreign: () => this.#foreign.moveFile(source, destination, options.overwrite, op),
    });
  }

  copyFile(source: string, destination: string, op: Operation): Promise<void> {
    return this.#changing([source, destination], op, {
      own: () => copyByName(this.#run, this.#calls, source, destination, op),
      foreign: () => this.#foreign.copyFile(source, destination, op),
    });
  }

  deleteFile(path: string, op: Operation): Promise<boolean> {
    const absent = ["PATH_NOT_FOUND", "NOT_A_DIRECTORY"] as const;
    const remove = () => this.#calls.deleteFileInGuest(path, op);
    return this.#changing([path], op, {
      own: () => wasThere(absent, despiteReadOnly(this.#calls, path, remove, op)),
      foreign: () => this.#foreign.deleteFile(path, op),
    });
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
    return this.#changing([path], op, {
      own: () => wasThere(["PATH_NOT_FOUND"], this.#calls.deleteDirectoryInGuest(exact, options.recursive, op)),
      foreign: () => this.#foreign.deleteDirectory(path, options.recursive, op),
    });
  }

  /** What was seen before may not hold any more: after a program run, for instance. */
  forgetLooks(): void {
    this.#lookup.snapshots.dropAll();
    this.#places.dropAll();
  }

  requireOwnLink(link: FileStat, op: Operation): Promise<void> {
    return this.#places.requireOwnLink(link, op);
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

  /** Makes a directory where there is none, with those above it, one by one: each is made the way its place asks for. */
  async #makeMissing(directory: string, op: Operation): Promise<void> {
    if (isRoot(directory) || (await this.#lookup.stat(directory, op)) !== undefined) return;
    try {
      await this.makeDirectory(directory, { createParents: true, attributes: {} }, op);
    } catch (error) {
      // Another has made it since.
      if (!hasCode(error, "PATH_EXISTS")) throw error;
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

  /** Where others can write, names may be swapped at any moment: the other way is gone. */
  async #changing<T>(paths: readonly string[], op: Operation, ways: Ways<T>): Promise<T> {
    const drop = () => {
      for (const path of paths) {
        this.#lookup.snapshots.drop(path);
        this.#places.drop(path);
      }
    };
    drop();
    try {
      const directories = new Set(paths.map((path) => parentOf(path, this.#calls.family)));
      const verdicts = await allDone([...directories].map((directory) => this.#places.isForeign(directory, op)));
      return await (verdicts.includes(true) ? ways.foreign() : ways.own());
    } finally {
      drop();
    }
  }
}

/** One change: by Tools, and by a script where a directory on the way can be changed by others (foreign/places.ts). */
interface Ways<T> {
  readonly own: () => Promise<T>;
  readonly foreign: () => Promise<T>;
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
