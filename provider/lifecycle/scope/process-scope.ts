import { OperationNotes } from "./operation-notes";
import { GuestObjects } from "./guest-objects";
import { closeAllVCenters } from "../../guest/vcenter-pool";

/**
 * The engine sends SIGINT at the end of every operation and SIGKILL 5 s later
 * (docs/reference/pulumi.md#the-plugins-process).
 */
const patienceMs = 4_000;

/** What lives as long as a provider's process: the signal that ends all work, and the work that has to end. */
export class ProcessScope {
  readonly objects: GuestObjects;
  readonly #notes: OperationNotes;
  readonly #controller = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** On SIGINT and SIGTERM, and when nobody reads the output any more, work is aborted, sessions are logged out, and the process ends. */
  constructor(engineAddress?: string) {
    this.#notes = new OperationNotes(engineAddress);
    this.objects = new GuestObjects(this.#notes);
    const end = () => {
      setTimeout(() => process.exit(0), patienceMs).unref();
      void this.end().finally(() => process.exit(0));
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    // The engine was killed and nobody reads any more. Pulumi's dynamic host would answer the broken pipe by writing a
    // warning to it, for ever.
    for (const stream of [process.stdout, process.stderr]) stream.once("error", end).on("error", () => {});
    process.once("beforeExit", () => void closeAllVCenters());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs work that the end waits for. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const promise = work();
    this.#running.add(promise);
    try {
      return await promise;
    } finally {
      this.#running.delete(promise);
    }
  }

  /** Aborts all work, waits until it has cleaned up behind itself, and logs out. */
  async end(): Promise<void> {
    this.#controller.abort(new Error("the deploy was cancelled or has ended"));
    await Promise.allSettled(this.#running);
    this.#notes.remove();
    await closeAllVCenters();
  }
}
