import { hasCode } from "../../../errors/guest-error";
import { type DirectoryEntry, listEntries } from "../../calls/list-entries";
import { joinPath } from "../../paths/path";
import type { GuestCalls } from "../../calls/guest-calls";
import type { Operation } from "../../../operation/operation";
import { makePrivateDirectory } from "../../calls/private-directory";
import { reasonOf } from "../../calls/request-outcome";
import { type RunReport, readReport } from "./report";
import { follow } from "../../../operation/abort";
import { Pauses } from "../../../operation/pauses";
import { cleanupOperation } from "../../../operation/deadline";

interface Watcher {
  readonly runId: string;
  readonly op: Operation;
  readonly hear: (report: RunReport) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A private directory in the guest, in which runs of one login that overlap in time publish what became of them: one
 * listing tells of all. It is there before a command line shows its unguessable name; the last run to leave removes it.
 */
export class RunRoom {
  readonly #watchers = new Set<Watcher>();
  /** Marks of runs that nobody has said to be done with. */
  readonly #marks = new Map<string, string>();
  #made: Promise<void> | undefined;
  #polling = false;
  /** A look at a room: soon after a start, then less and less often (docs/reference/runs.md#looks). */
  readonly #pauses = new Pauses({ firstMs: 20, longestMs: 2_000, growth: 1.6 });
  #nextLookMs = 0;
  #wake = () => {};
  #lookInFlight: AbortController | undefined;
  readonly #calls: GuestCalls;

  constructor(
    calls: GuestCalls,
    /** Absolute path. */
    readonly path: string,
  ) {
    this.#calls = calls;
  }

  /** Makes the directory, once for all its runs. */
  make(op: Operation): Promise<void> {
    this.#made ??= makePrivateDirectory(this.#calls, this.path, op).catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return follow(this.#made, op.signal);
  }

  /** What the run has published at this moment. */
  async look(runId: string, op: Operation): Promise<RunReport> {
    return this.#read(runId, await this.#list([runId], op));
  }

  /** Reports of a run, one per look, until `isEnough` says so of one, which is the answer. */
  async watch(runId: string, isEnough: (report: RunReport) => boolean, op: Operation): Promise<RunReport> {
    let leave = () => {};
    const enough = new Promise<RunReport>((resolve, reject) => {
      const hear = (report: RunReport) => {
        if (isEnough(report)) resolve(report);
      };
      const watcher = { runId, op, hear, fail: reject };
      this.#join(watcher);
      leave = () => this.#leave(watcher);
    });
    try {
      return await follow(enough, op.signal);
    } finally {
      leave();
    }
  }

  /** Removes the mark of a run whose result is known, if it has one: no later deploy is to find it. */
  async forget(runId: string, op: Operation): Promise<void> {
    const mark = this.#marks.get(runId);
    if (mark === undefined) return;
    this.#marks.delete(runId);
    const path = joinPath(this.path, mark, this.#calls.family);
    try {
      await this.#calls.deleteFileInGuest(path, cleanupOperation(op));
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND")) return;
      op.log.warn(`${this.#calls.vm.name} ${path}: a later deploy may take this run for its own: ${reasonOf(error)}`);
    }
  }

  /** Removes the room, in which the run `done` is, unless another run in it goes on, or waits to be found. */
  async removeUnlessInUse(done: string, op: Operation): Promise<void> {
    try {
      if (await this.#isInUseBeside(done, cleanupOperation(op))) return;
    } catch (error) {
      op.log.warn(`${this.#calls.vm.name} ${this.path}: this directory may be left behind: ${reasonOf(error)}`);
      return;
    }
    await this.remove(op);
  }

  async #isInUseBeside(done: string, op: Operation): Promise<boolean> {
    const entries = await this.#list(["[0-9]+"], op);
    const runIds = entries.map(({ name }) => /^(\d+)\.begun$/.exec(name)?.[1]).filter((runId) => runId !== undefined);
    return runIds.some((runId) => {
      if (runId === done) return false;
      const { mark, end, earlier } = readReport(runId, entries);
      return mark !== undefined || (end ?? earlier) === undefined;
    });
  }

  /** Removes the room and all in it. */
  async remove(op: Operation): Promise<void> {
    const cleanup = cleanupOperation(op);
    try {
      await this.#calls.deleteDirectoryInGuest(this.path, true, cleanup).catch((error: unknown) => {
        // A run that was ended just now may have published its last word meanwhile.
        if (hasCode(error, "PATH_NOT_FOUND")) throw error;
        return this.#calls.deleteDirectoryInGuest(this.path, true, cleanup);
      });
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND") || !this.#calls.login.wasEverProved) return;
      op.log.warn(`${this.#calls.vm.name} ${this.path}: this directory may be left behind: ${reasonOf(error)}`);
    }
  }

  #join(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.#pauses.restart();
    this.#nextLookMs = Date.now() + this.#pauses.nextMs;
    this.#wake();
    if (!this.#polling) void this.#poll();
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#lookInFlight?.abort();
    this.#wake();
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#watchers.size > 0) {
      const waitMs = this.#nextLookMs - Date.now();
      if (waitMs > 0) {
        await this.#sleep(waitMs);
        continue;
      }
      await this.#lookForAll();
      this.#nextLookMs = Date.now() + this.#pauses.take();
    }
    this.#polling = false;
  }

  /** Until the time is over or `wake` is called. */
  #sleep(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #lookForAll(): Promise<void> {
    const asked = [...this.#watchers];
    this.#lookInFlight = new AbortController();
    try {
      const op = this.#operationOf(asked, this.#lookInFlight.signal);
      const entries = await this.#list(
        asked.map(({ runId }) => runId),
        op,
      );
      for (const { runId, hear } of asked) hear(this.#read(runId, entries));
    } catch (error) {
      for (const { fail } of asked) fail(error);
    } finally {
      this.#lookInFlight = undefined;
    }
  }

  #read(runId: string, entries: readonly DirectoryEntry[]): RunReport {
    const report = readReport(runId, entries);
    if (report.mark !== undefined) this.#marks.set(runId, report.mark);
    return report;
  }

  #operationOf(asked: readonly Watcher[], signal: AbortSignal): Operation {
    const [first] = asked;
    if (first === undefined) throw new Error("nobody watches");
    return { ...first.op, signal, deadlineMs: Math.max(...asked.map(({ op }) => op.deadlineMs)) };
  }

  /** Of a room of an earlier deploy that is gone meanwhile there is nothing to list. */
  async #list(runIds: readonly string[], op: Operation) {
    const pattern = `^(?:${[...new Set(runIds)].join("|")})\\.`;
    try {
      return await listEntries(this.#calls, this.path, pattern, op);
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND")) return [];
      throw error;
    }
  }
}
