import { createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { GuestError, hasCode } from "../errors/guest-error";
import { isOfSystem } from "../errors/on-this-machine";
import { allDone } from "../operation/all-done";
import { Slots } from "../operation/slots";
import type { ContentSource, FileStat } from "../guest/guest";
import { baseName, joinPath } from "../guest/paths/path";
import type { Access } from "./access";
import { counting, localContent, told, type ProgressListener } from "./content";
import { previewSync, sync, type Synced, type SyncOptions } from "./sync";
import { unlimited } from "./work";
import type { LibraryFiles, NamedAttributes, TransferWork } from "./guest-files";

/** Files of one tree that are under way at a time. */
const filesAtOnce = 4;
/** A download that is cut begins again this often. */
const attempts = 3;

export interface CopyOptions extends TransferWork {
  /** Default false: what is there already is an error (PATH_EXISTS), and stays as it is. */
  readonly overwrite?: boolean;
  /** Directories with all that is in them; without, a directory is an error. */
  readonly recursive?: boolean;
  readonly onProgress?: ProgressListener;
  /** Of each file that is copied, by its path there. */
  readonly onFile?: (path: string) => void;
}

/**
 * Copies between this machine and a guest, whole files at a time: a name shows the old content or the new. Links are not
 * followed within trees, and left out: `onFile` tells what was copied.
 */
export class LibraryTransfers {
  readonly #access: Access;
  readonly #files: LibraryFiles;

  constructor(access: Access, files: LibraryFiles) {
    this.#access = access;
    this.#files = files;
  }

  /** Copies a file, with `recursive` a directory, into the guest. `path` is where it shall be, not where in. */
  async upload(
    localPath: string,
    path: string,
    given: CopyOptions & { readonly attributes?: NamedAttributes } = {},
  ): Promise<void> {
    const options = unlimited(given);
    const local = await here(localPath, () => stat(localPath));
    if (!local.isDirectory()) return this.#uploadFile(localContent(localPath, local.size), path, options);
    if (options.recursive !== true) throw isDirectory(localPath);
    const made = await this.#files.makeDirectory(path, options).then(
      () => true,
      (error: unknown) => {
        if (options.overwrite === true && hasCode(error, "PATH_EXISTS")) return false;
        throw error;
      },
    );
    const { family } = await this.#access.inGuest("Looking", options, (guest) => Promise.resolve(guest));
    const slots = new Slots(filesAtOnce);
    const names = await here(localPath, () => readdir(localPath, { withFileTypes: true }));
    await allDone(
      names
        .filter((entry) => entry.isFile() || entry.isDirectory())
        .map((entry) => {
          const [from, to] = [join(localPath, entry.name), joinPath(path, entry.name, family)];
          const work = () => this.upload(from, to, made ? { ...options, overwrite: true } : options);
          return entry.isDirectory() ? work() : slots.run(work, signalOf(options));
        }),
    );
  }

  /**
   * Makes a directory of the guest hold what one here holds: what is the same there is not sent, what differs is written,
   * with `purge` what is not here is removed.
   */
  sync(localPath: string, path: string, options: SyncOptions = {}): Promise<Synced> {
    return sync(this.#access, localPath, path, unlimited(options));
  }

  /** What `sync` would change, in lines for people. */
  previewSync(localPath: string, path: string, options: SyncOptions = {}): Promise<readonly string[]> {
    return previewSync(this.#access, localPath, path, options);
  }

  /** Copies a file, with `recursive` a directory, from the guest. Nothing half-copied stays at `localPath`. */
  async download(path: string, localPath: string, given: CopyOptions = {}): Promise<void> {
    const options = unlimited(given);
    const found = await this.#files.stat(path, options);
    if (found === undefined)
      throw new GuestError("PATH_NOT_FOUND", `VM ${this.#access.name} ${path}: nothing is there.`);
    if ((found.targetType ?? found.type) !== "directory") return this.#downloadFile(path, localPath, options);
    if (options.recursive !== true) throw isDirectory(path);
    await this.#downloadTree(path, localPath, options);
  }

  async #uploadFile(
    content: ContentSource,
    path: string,
    { onProgress, onFile, ...options }: CopyOptions & { readonly attributes?: NamedAttributes },
  ): Promise<void> {
    await this.#files.write(path, told(content, onProgress), { overwrite: false, ...options });
    onFile?.(path);
  }

  async #downloadTree(path: string, localPath: string, options: CopyOptions): Promise<void> {
    await here(localPath, () => mkdir(localPath, { recursive: options.overwrite === true }));
    const slots = new Slots(filesAtOnce);
    const entries: FileStat[] = [];
    for await (const entry of this.#files.list(path, options)) entries.push(entry);
    await allDone(
      entries.map((entry) => {
        const to = join(localPath, localName(entry.path));
        if (entry.type === "directory") return this.#downloadTree(entry.path, to, options);
        if (entry.type !== "file") return undefined;
        return slots.run(() => this.#downloadFile(entry.path, to, options), signalOf(options));
      }),
    );
  }

  async #downloadFile(path: string, localPath: string, options: CopyOptions): Promise<void> {
    const there = await lstat(localPath).catch(() => undefined);
    if (there?.isDirectory() === true)
      throw new GuestError(
        "NOT_A_FILE",
        `${localPath}: is a directory, on this machine. Name the file that is to be made.`,
      );
    if (there !== undefined && options.overwrite !== true)
      throw new GuestError(
        "PATH_EXISTS",
        `${localPath}: is there already, on this machine. Overwrite it (overwrite, --overwrite), or choose another name.`,
      );
    const temporary = join(dirname(localPath), `.${basename(localPath)}.${randomBytes(6).toString("hex")}`);
    try {
      await this.#fetch(path, temporary, options);
      await here(localPath, () => rename(temporary, localPath));
    } finally {
      await rm(temporary, { force: true });
    }
    options.onFile?.(localPath);
  }

  async #fetch(path: string, temporary: string, options: CopyOptions): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { sizeBytes, body } = await this.#files.read(path, options);
        const target = createWriteStream(temporary);
        const { onProgress, signal } = options;
        const meter = counting(sizeBytes, onProgress ?? (() => {}));
        await here(temporary, () => pipeline([body, meter, target], signal === undefined ? {} : { signal }));
        return;
      } catch (error) {
        if (options.signal?.aborted === true)
          throw new GuestError("CANCELLED", `Reading ${path} in VM ${this.#access.name} was cancelled.`, {
            cause: error,
          });
        if (!hasCode(error, "TRANSFER_FAILED") || attempt === attempts) throw error;
      }
    }
  }
}

function signalOf({ signal }: CopyOptions): AbortSignal {
  return signal ?? new AbortController().signal;
}

/** The name of a guest's object as a name on this machine: it may hold what leads elsewhere there, which is INVALID_INPUT. */
export function localName(path: string): string {
  const name = baseName(path, "windows");
  if (name !== "" && name !== "." && name !== ".." && !name.includes("/") && !name.includes("\0")) return name;
  throw new GuestError("INVALID_INPUT", `${path}: its name can't be used on this machine.`);
}

function isDirectory(path: string): GuestError {
  return new GuestError(
    "NOT_A_FILE",
    `${path}: is a directory. Copy it with all that is in it (recursive, --recursive).`,
  );
}

/** What this machine's own system refuses is an error of ours, with the path. */
async function here<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    const { code } = error;
    const meaning = code === "ENOENT" ? "PATH_NOT_FOUND" : code === "EEXIST" ? "PATH_EXISTS" : "INVALID_INPUT";
    throw new GuestError(meaning, `${path}, on this machine: ${error.message}`, { cause: error });
  }
}
