import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { listEntries } from "../calls/list-entries";
import { DirectorySnapshots } from "./snapshots";
import { type DirectoryView, viewOf, viewOfRefusal } from "./view";
import { baseName, nameKey, splitPath } from "../paths/path";
import { patternsFor } from "../paths/pattern";
import { fileStat, isUnseen } from "./stat";
import type { FileStat } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import { SharedRequests } from "../../operation/shared-requests";

/**
 * Finds objects by path without following links, in as few listings as can be. A name is looked for in its directory's
 * listing (docs/reference/guest-operations.md#one-object-by-its-name), where dangling links show too; where the
 * directory may not be listed, by its own path.
 *
 * A file that the user may not open is left out of listings: listing its own path succeeds with no entry, while a
 * missing one gives FileNotFound. That second look is made where a kept listing (`maxAgeMs` > 0) has no such name: an
 * observation must not call a file absent which is there. A fresh look, made on the way to a change, goes without: the
 * change itself tells.
 */
export class FileLookup {
  readonly snapshots: DirectorySnapshots;
  readonly #looks: SharedRequests<string, DirectoryView>;
  readonly #calls: GuestCalls;

  constructor(calls: GuestCalls) {
    this.#calls = calls;
    this.snapshots = new DirectorySnapshots(calls);
    this.#looks = new SharedRequests((directory, names, op) => this.#lookFor(directory, names, op));
  }

  async stat(path: string, op: Operation, maxAgeMs = 0): Promise<FileStat | undefined> {
    const { directory, name } = splitPath(path, this.#calls.family);
    const view =
      maxAgeMs > 0 ? await this.#keptView(directory, name, op, maxAgeMs) : await this.#freshView(directory, name, op);
    if (view.kind === "absent") return undefined;
    if (view.kind === "unreadable") return this.statByPath(path, op);
    const info = view.entries.get(nameKey(name, this.#calls.family));
    if (info !== undefined) {
      if (isUnseen(info)) throw this.#cannotRead(path, "its directory may be listed but not searched");
      return fileStat(path, info);
    }
    // A drive's root has no entry of its own.
    if (name === ".") return bareDirectory(path);
    return maxAgeMs > 0 ? this.statByPath(path, op) : undefined;
  }

  /**
   * The object by its own path. A dangling link cannot be told from nothing here. The first entry of a directory's
   * listing is `.`, the directory itself.
   */
  async statByPath(path: string, op: Operation): Promise<FileStat | undefined> {
    try {
      const { files } = await this.#calls.listFilesInGuest(path, { index: 0, maxResults: 1 }, op);
      const info = files[0];
      if (info === undefined) throw this.#cannotRead(path, "the guest user may not open it");
      const isItself = info.path === path || baseName(info.path, this.#calls.family) === ".";
      return isItself ? fileStat(path, info) : bareDirectory(path);
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND") || hasCode(error, "NOT_A_DIRECTORY")) return undefined;
      throw error;
    }
  }

  async #keptView(directory: string, name: string, op: Operation, maxAgeMs: number): Promise<DirectoryView> {
    const view = await this.snapshots.view(directory, op, maxAgeMs);
    if (view.kind !== "listed" || view.complete || view.entries.has(nameKey(name, this.#calls.family))) return view;
    return this.#freshView(directory, name, op);
  }

  #freshView(directory: string, name: string, op: Operation): Promise<DirectoryView> {
    return this.#looks.ask(directory, name, op);
  }

  async #lookFor(directory: string, names: readonly string[], op: Operation): Promise<DirectoryView> {
    try {
      const batches = patternsFor([...new Set(names)], this.#calls.family);
      const found = await allDone(batches.map(({ pattern }) => listEntries(this.#calls, directory, pattern, op)));
      return viewOf(found.flat(), false, this.#calls.family);
    } catch (error) {
      return viewOfRefusal(error);
    }
  }

  #cannotRead(path: string, reason: string): GuestError {
    return new GuestError(
      "GUEST_PERMISSION_DENIED",
      `${this.#calls.vm.name} ${path}: cannot be read: ${reason}. Use a guest login that may read it.`,
    );
  }
}

function bareDirectory(path: string): FileStat {
  return { path, type: "directory", sizeBytes: 0, modifiedAt: new Date(0) };
}
