import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { listEntries } from "../calls/list-entries";
import { type DirectoryListed, DirectorySnapshots } from "./snapshots";
import { type DirectoryView, viewOf, viewOfRefusal } from "./view";
import { baseName, nameKey, splitPath } from "../paths/path";
import { patternsFor } from "../paths/pattern";
import { fileStat, isUnseen } from "./stat";
import type { StatUnreadable } from "./unreadable";
import type { FileStat, LookOptions, Sight } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import { SharedRequests } from "../../operation/shared-requests";

const absent = { kind: "absent" } as const;

/**
 * Finds objects by path without following links, in as few listings as can be. A name is looked for in its directory's
 * listing (docs/reference/guest-operations.md#one-object-by-its-name), where dangling links show too; where the
 * directory may not be listed, by its own path.
 *
 * A file that the user may not open is left out of listings: listing its own path succeeds with no entry, while a
 * missing one gives FileNotFound. So no name counts as absent before that second look, and of a file that is there a
 * program in the guest tells the rest. Only a look on the way to a change which decides by itself goes without
 * (`absence: "likely"`).
 */
export class FileLookup {
  readonly snapshots: DirectorySnapshots;
  readonly #looks: SharedRequests<string, DirectoryView>;
  readonly #calls: GuestCalls;
  readonly #statUnreadable: StatUnreadable;

  /** Told of each listing of a directory, its own entry among them. */
  readonly #listed: DirectoryListed;

  constructor(calls: GuestCalls, statUnreadable: StatUnreadable, listed: DirectoryListed) {
    this.#calls = calls;
    this.#statUnreadable = statUnreadable;
    this.#listed = listed;
    this.snapshots = new DirectorySnapshots(calls, listed);
    this.#looks = new SharedRequests((directory, names, op) => this.#lookFor(directory, names, op));
  }

  async find(path: string, op: Operation, { maxAgeMs = 0, absence = "proven" }: LookOptions = {}): Promise<Sight> {
    const { directory, name } = splitPath(path, this.#calls.family);
    const view =
      maxAgeMs > 0 ? await this.#keptView(directory, name, op, maxAgeMs) : await this.#freshView(directory, name, op);
    if (view.kind === "absent") return absent;
    if (view.kind === "unreadable") return this.findByPath(path, op);
    const info = view.entries.get(nameKey(name, this.#calls.family));
    if (info !== undefined) return isUnseen(info) ? notSearched : seen(fileStat(path, info));
    // A drive's root has no entry of its own.
    if (name === ".") return seen(bareDirectory(path));
    if (absence === "likely" || (view.complete && (await this.snapshots.hidesNothing(directory, op)))) return absent;
    return this.findByPath(path, op);
  }

  async stat(path: string, op: Operation, options?: LookOptions): Promise<FileStat | undefined> {
    const sight = await this.find(path, op, options);
    if (sight.kind === "unseen") {
      const where = `${this.#calls.vm.name} ${path}`;
      const remedy = "Use a guest login that may read it";
      throw new GuestError("GUEST_PERMISSION_DENIED", `${where}: cannot be read: ${sight.reason}. ${remedy}.`);
    }
    return sight.kind === "absent" ? undefined : sight.stat;
  }

  /**
   * The object by its own path. A dangling link cannot be told from nothing here. The first entry of a directory's
   * listing is `.`, the directory itself.
   */
  async findByPath(path: string, op: Operation): Promise<Sight> {
    try {
      const { files } = await this.#calls.listFilesInGuest(path, { index: 0, maxResults: 1 }, op);
      const info = files[0];
      if (info === undefined) return await this.#findUnreadable(path, op);
      const isItself = info.path === path || baseName(info.path, this.#calls.family) === ".";
      return seen(isItself ? fileStat(path, info) : bareDirectory(path));
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND") || hasCode(error, "NOT_A_DIRECTORY")) return absent;
      throw error;
    }
  }

  async #findUnreadable(path: string, op: Operation): Promise<Sight> {
    const stat = await this.#statUnreadable(path, op);
    return stat === undefined ? { kind: "unseen", reason: "the guest user may not open it" } : seen(stat);
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
      const batches = patternsFor([...new Set([".", ...names])], this.#calls.family);
      const found = await allDone(batches.map(({ pattern }) => listEntries(this.#calls, directory, pattern, op)));
      this.#listed(directory, found.flat());
      return viewOf(found.flat(), false, this.#calls.family);
    } catch (error) {
      return viewOfRefusal(error);
    }
  }
}

const notSearched: Sight = { kind: "unseen", reason: "its directory may be listed but not searched" };

function seen(stat: FileStat): Sight {
  return { kind: "seen", stat };
}

function bareDirectory(path: string): FileStat {
  return { path, type: "directory", sizeBytes: 0, modifiedAt: new Date(0) };
}
