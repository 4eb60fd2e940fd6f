import type { Readable } from "node:stream";
import { GuestError } from "../errors/guest-error";
import { listPage } from "../guest/calls/list-entries";
import { fileStat } from "../guest/files/stat";
import type { FileAttributes, FileStat, Guest } from "../guest/guest";
import { joinPath } from "../guest/paths/path";
import type { Operation } from "../operation/operation";
import type { TransferRoute } from "../vcenter/settings";
import { given } from "../values/given";
import type { Access } from "./access";
import { contentOf, type Content } from "./content";
import type { WorkOptions } from "./work";

const pageEntries = 500;
const defaultReadLimitBytes = 64 * 1024 * 1024;

/** Attributes of a file or directory, as people name them: owner and group by name or number. */
export interface NamedAttributes {
  /** Permission bits, e.g. 0o644; POSIX only. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly modifiedAt?: Date;
  /** Windows only, as is `readOnly`. */
  readonly hidden?: boolean;
  readonly readOnly?: boolean;
}

/** How a file's bytes travel; docs/reference/configuration.md tells what each is for. */
export interface TransferWork extends WorkOptions {
  readonly transfer?: TransferRoute;
}

/**
 * Files and directories of one guest. Paths are absolute. Errors are GuestErrors, whose `code` tells what a program can do
 * about them: PATH_NOT_FOUND, PATH_EXISTS, GUEST_PERMISSION_DENIED, …
 */
export class LibraryFiles {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** What is at the path itself, links not followed; undefined where nothing is. */
  stat(path: string, options: WorkOptions = {}): Promise<FileStat | undefined> {
    return this.#access.onPaths([path], `Looking at ${path}`, options, ({ files }, op) => files.stat(path, op));
  }

  /** As `stat`; PATH_NOT_FOUND where nothing is. */
  required(path: string, options: WorkOptions = {}): Promise<FileStat> {
    return this.#access.onPaths([path], `Looking at ${path}`, options, (guest, op) => required(guest, path, op));
  }

  /** True where anything is at the path; a link to nothing is something. */
  async exists(path: string, options: WorkOptions = {}): Promise<boolean> {
    return (await this.stat(path, options)) !== undefined;
  }

  /**
   * Entries of a directory as they come, in the guest's order, without `.` and `..`. `matchPattern`: a regular expression
   * of the guest (PCRE) that is looked for in the names.
   *
   * ```ts
   * for await (const { path, sizeBytes } of vm.files.list("/var/log")) console.log(path, sizeBytes);
   * ```
   */
  async *list(
    directory: string,
    options: WorkOptions & { readonly matchPattern?: string } = {},
  ): AsyncGenerator<FileStat, void, undefined> {
    for (let page = 0; ; page += 1) {
      const { stats, isLast } = await this.#access.onPaths(
        [directory],
        `Listing ${directory}`,
        options,
        async (_guest, op) => {
          const calls = await this.#access.calls(op);
          const { found, remaining } = await listPage(calls, directory, page, pageEntries, options.matchPattern, op);
          const entries = found.filter(({ name }) => name !== "." && name !== "..");
          const stats = entries.map(({ name, info }) => fileStat(joinPath(directory, name, calls.family), info));
          return { stats, isLast: remaining <= 0 };
        },
      );
      yield* stats;
      if (isLast) return;
    }
  }

  /** All entries of a directory by name, and how many more it holds of which listings don't tell: files that the login may not open. */
  listAll(
    directory: string,
    options: WorkOptions = {},
  ): Promise<{ readonly seen: readonly FileStat[]; readonly unseenCount: number }> {
    return this.#access.onPaths([directory], `Listing ${directory}`, options, ({ files }, op) =>
      files.listAll(directory, op),
    );
  }

  /** All that is below a directory, each directory before what is in it; links are told, not followed. */
  async *walk(directory: string, options: WorkOptions = {}): AsyncGenerator<FileStat, void, undefined> {
    for await (const entry of this.list(directory, options)) {
      yield entry;
      if (entry.type === "directory") yield* this.walk(entry.path, options);
    }
  }

  /** PATH_EXISTS where anything is there, with `createParents` too. */
  makeDirectory(
    path: string,
    options: WorkOptions & { readonly createParents?: boolean; readonly mode?: number } = {},
  ): Promise<void> {
    const { createParents = false, mode } = options;
    return this.#access.onPaths([path], `Making ${path}`, options, ({ files }, op) =>
      files.makeDirectory(path, { createParents, attributes: given({ mode }) }, op),
    );
  }

  /** A new directory, open to its owner alone. Returns its path. */
  makeTemporaryDirectory(options: TemporaryName & WorkOptions = {}): Promise<string> {
    const { prefix = "", suffix = "", directory } = options;
    return this.#access.call("Making a temporary directory", options, (calls, op) =>
      calls.createTemporaryDirectoryInGuest(prefix, suffix, directory, op),
    );
  }

  /** A new, empty file, open to its owner alone. Returns its path. */
  makeTemporaryFile(options: TemporaryName & WorkOptions = {}): Promise<string> {
    const { prefix = "", suffix = "", directory } = options;
    return this.#access.call("Making a temporary file", options, (calls, op) =>
      calls.createTemporaryFileInGuest(prefix, suffix, directory, op),
    );
  }

  /** Removes a file or link; false where nothing was there. */
  removeFile(path: string, options: WorkOptions = {}): Promise<boolean> {
    return this.#access.onPaths([path], `Removing ${path}`, options, ({ files }, op) => files.deleteFile(path, op));
  }

  /** Removes a directory; false where nothing was there. DIRECTORY_NOT_EMPTY unless `recursive`. */
  removeDirectory(path: string, options: WorkOptions & { readonly recursive?: boolean } = {}): Promise<boolean> {
    const { recursive = false } = options;
    return this.#access.onPaths([path], `Removing ${path}`, options, ({ files }, op) =>
      files.deleteDirectory(path, { recursive }, op),
    );
  }

  /** Renames a file or directory. PATH_EXISTS where something is at the new path, for files unless `overwrite`. */
  move(
    source: string,
    destination: string,
    options: WorkOptions & { readonly overwrite?: boolean } = {},
  ): Promise<void> {
    const { overwrite = false } = options;
    return this.#access.onPaths([source, destination], `Moving ${source}`, options, async (guest, op) => {
      const { type } = await required(guest, source, op);
      if (type !== "directory") return guest.files.moveFile(source, destination, { overwrite }, op);
      await (await this.#access.calls(op)).moveDirectoryInGuest(source, destination, op);
    });
  }

  /** Sets the attributes that are given, and no others. */
  setAttributes(path: string, attributes: NamedAttributes, options: WorkOptions = {}): Promise<void> {
    return this.#access.onPaths([path], `Setting attributes of ${path}`, options, async (guest, op) =>
      guest.files.changeAttributes(path, await numbered(guest, attributes, op), op),
    );
  }

  /** A file's bytes as a stream, which has to be read or destroyed. It fails with TRANSFER_FAILED where it is cut. */
  read(path: string, options: TransferWork = {}): Promise<{ readonly sizeBytes: number; readonly body: Readable }> {
    return this.#access.onPaths([path], `Reading ${path}`, options, ({ files }, op) =>
      files.read(path, op, route(options)),
    );
  }

  /** A whole file of at most `limitBytes` (64 MiB); a transfer that is cut begins again. */
  readBytes(path: string, options: TransferWork & { readonly limitBytes?: number } = {}): Promise<Buffer> {
    const { limitBytes = defaultReadLimitBytes } = options;
    return this.#access.onPaths([path], `Reading ${path}`, options, ({ files }, op) =>
      files.readBytes(path, limitBytes, op, route(options)),
    );
  }

  /** sha256 of a file's bytes, in hex. */
  sha256(path: string, options: TransferWork = {}): Promise<string> {
    return this.#access.onPaths([path], `Reading ${path}`, options, ({ files }, op) =>
      files.sha256(path, op, route(options)),
    );
  }

  /**
   * Writes a file so that readers see the old content or the new, whole. What is replaced keeps its mode and owner where
   * the attributes say nothing. PATH_EXISTS with `overwrite: false`.
   */
  write(
    path: string,
    content: Content,
    options: TransferWork & { readonly attributes?: NamedAttributes; readonly overwrite?: boolean } = {},
  ): Promise<FileStat> {
    const { attributes = {}, overwrite = true } = options;
    return this.#access.onPaths([path], `Writing ${path}`, options, async (guest, op) => {
      const found = await guest.files.stat(path, op);
      if (found?.type === "directory") throw isDirectory(guest, path);
      if (found !== undefined && !overwrite) throw exists(guest, path);
      const keep = found?.type === "file" ? kept(found) : undefined;
      const writing = { attributes: await numbered(guest, attributes, op), overwrite, ...route(options) };
      return guest.files.write(path, contentOf(content), { ...writing, ...given({ keep }) }, op);
    });
  }
}

/** Where and how a temporary object is named. */
export interface TemporaryName {
  readonly prefix?: string;
  readonly suffix?: string;
  /** Default: the guest's own directory for such. */
  readonly directory?: string;
}

function isDirectory({ vm }: Guest, path: string): GuestError {
  return new GuestError("NOT_A_FILE", `${vm.name} ${path}: is a directory. Name the file that is to be made in it.`);
}

function exists(guest: Guest, path: string): GuestError {
  return new GuestError(
    "PATH_EXISTS",
    `${guest.vm.name} ${path}: something is there already. Overwrite it (overwrite, --overwrite), or choose another path.`,
  );
}

async function required({ vm, files }: Guest, path: string, op: Operation): Promise<FileStat> {
  const stat = await files.stat(path, op);
  if (stat !== undefined) return stat;
  throw new GuestError("PATH_NOT_FOUND", `${vm.name} ${path}: nothing is there.`);
}

function kept({ mode, ownerId, groupId }: FileStat) {
  return given({ mode, ownerId, groupId });
}

function route({ transfer }: TransferWork) {
  return given({ transfer });
}

/** Attributes with the guest's numbers for owner and group. */
async function numbered(guest: Guest, attributes: NamedAttributes, op: Operation): Promise<FileAttributes> {
  const { owner, group, ...others } = attributes;
  const ownerId = owner === undefined ? undefined : await guest.accounts.ownerId(owner, op);
  const groupId = group === undefined ? undefined : await guest.accounts.groupId(group, op);
  return { ...others, ...given({ ownerId, groupId }) };
}
