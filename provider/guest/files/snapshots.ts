import { type DirectoryEntry, listPage } from "../calls/list-entries";
import { type DirectoryView, viewOf, viewOfRefusal } from "./view";
import { nameKey, splitPath, withoutTrailingSeparators } from "../paths/path";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import { follow } from "../../operation/abort";

/** A directory with more entries is not read whole. */
const snapshotEntries = 500;

/** Hears what a listing tells of a directory. */
export type DirectoryListed = (directory: string, entries: readonly DirectoryEntry[]) => void;

interface Snapshot {
  readonly takenAtMs: number;
  readonly takenFor: Operation;
  readonly view: Promise<DirectoryView>;
  /** Asked for once. */
  hidesNothing?: Promise<boolean>;
}

/**
 * Directories as they were a moment ago. The engine asks for one resource after the other, so that a listing kept for
 * some seconds answers for all files of a directory (docs/decisions/one-look-per-directory.md). Our own changes
 * drop what they make untrue.
 */
export class DirectorySnapshots {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #calls: GuestCalls;
  readonly #listed: DirectoryListed;

  constructor(calls: GuestCalls, listed: DirectoryListed) {
    this.#calls = calls;
    this.#listed = listed;
  }

  /** The first page of the directory, at most `maxAgeMs` old. */
  async view(directory: string, op: Operation, maxAgeMs: number): Promise<DirectoryView> {
    const kept = this.#snapshots.get(this.#key(directory));
    const isFresh = kept !== undefined && Date.now() - kept.takenAtMs <= maxAgeMs;
    const snapshot = isFresh ? kept : this.#take(directory, op);
    try {
      return await follow(snapshot.view, op.signal);
    } catch (error) {
      const takerLeft = snapshot.takenFor !== op && snapshot.takenFor.signal.aborted;
      if (takerLeft && !op.signal.aborted) return this.view(directory, op, maxAgeMs);
      throw error;
    }
  }

  /**
   * True where what is kept of the directory is all that is in it. A file that the login may not open is left out of
   * listings but keeps its place in them (docs/reference/guest-operations.md#listings): how many come after the last
   * one that was seen tells. One request, whatever the number of names that are asked for.
   */
  async hidesNothing(directory: string, op: Operation): Promise<boolean> {
    const kept = this.#snapshots.get(this.#key(directory));
    if (kept === undefined) return false;
    // Where it can't be counted, a look at each name by its own path tells, or says why not.
    kept.hidesNothing ??= this.#count(directory, await kept.view, op).catch(() => false);
    return kept.hidesNothing;
  }

  async #count(directory: string, view: DirectoryView, op: Operation): Promise<boolean> {
    if (view.kind !== "listed" || !view.complete || view.entries.size === 0) return false;
    const { remaining } = await listPage(this.#calls, directory, view.entries.size - 1, 1, undefined, op);
    return remaining <= 0;
  }

  /** Forgets what a change at `path` makes untrue: the directory that holds it, itself, and all below. */
  drop(path: string): void {
    const { directory } = splitPath(path, this.#calls.family);
    this.#snapshots.delete(this.#key(directory));
    const changed = withoutTrailingSeparators(this.#key(path), this.#calls.family);
    for (const key of this.#snapshots.keys()) {
      if (key === changed || key.startsWith(`${changed}/`) || key.startsWith(`${changed}\\`))
        this.#snapshots.delete(key);
    }
  }

  dropAll(): void {
    this.#snapshots.clear();
  }

  #take(directory: string, op: Operation): Snapshot {
    const key = this.#key(directory);
    const snapshot = { takenAtMs: Date.now(), takenFor: op, view: this.#listFirstPage(directory, op) };
    this.#snapshots.set(key, snapshot);
    snapshot.view.catch(() => {
      if (this.#snapshots.get(key) === snapshot) this.#snapshots.delete(key);
    });
    return snapshot;
  }

  async #listFirstPage(directory: string, op: Operation): Promise<DirectoryView> {
    try {
      const { found, remaining } = await listPage(this.#calls, directory, 0, snapshotEntries, undefined, op);
      this.#listed(directory, found);
      return viewOf(found, remaining <= 0, this.#calls.family);
    } catch (error) {
      return viewOfRefusal(error);
    }
  }

  #key(directory: string): string {
    return nameKey(directory, this.#calls.family);
  }
}
