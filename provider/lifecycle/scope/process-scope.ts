import { OperationNotes } from "./operation-notes";
import { GuestObjects } from "./guest-objects";
import { closeAllVCenters } from "../../guest/vcenter-pool";
import { Abandonment, isAbandoned } from "../../operation/abort";
import { watchEngine } from "./engine-watch";

/**
 * The engine sends SIGINT at the end of every operation and SIGKILL 5 s later
 * (docs/reference/pulumi.md#the-plugins-process).
 */
const patienceMs = 4_000;
/** Nobody ends a provider whose engine was killed. */
const patienceWithoutEngineMs = 30_000;
/** An engine that is still there so long after it was answered has recorded the answer. A killed one is missed sooner. */
const recordedAfterMs = 2_000;

/** What lives as long as a provider's process: the signal that ends all work, and the work that has to end. */
export class ProcessScope {
  readonly objects: GuestObjects;
  readonly #notes: OperationNotes;
  readonly #controller = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  /** What is to be done once answers are recorded. */
  readonly #waiting = new Map<() => Promise<void>, NodeJS.Timeout>();

  /**
   * On SIGINT and SIGTERM work is aborted, sessions are logged out, and the process ends. The same when the engine that
   * listened at `engineAddress` is gone, or nobody reads the output any more; then work is abandoned: what goes on in a
   * guest and can be found by the next deploy is left to it.
   */
  constructor(engineAddress?: string) {
    this.#notes = new OperationNotes(engineAddress);
    this.objects = new GuestObjects(this.#notes);
    const leave = (reason: Error, afterMs: number) => {
      setTimeout(() => process.exit(0), afterMs).unref();
      void this.end(reason).finally(() => process.exit(0));
    };
    const end = () => leave(ended(), patienceMs);
    const abandon = () => leave(new Abandonment("Pulumi's engine is gone"), patienceWithoutEngineMs);
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    // Pulumi's dynamic host would answer the broken pipe by writing a warning to it, for ever.
    for (const stream of [process.stdout, process.stderr]) stream.once("error", abandon).on("error", () => {});
    if (engineAddress !== undefined) watchEngine(engineAddress, abandon);
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

  /** Does `tidyUp` a moment later, or at the end; never where the engine has gone. */
  onceRecorded(tidyUp: () => Promise<void>): void {
    if (isAbandoned(this.signal)) return;
    const timer = setTimeout(() => void this.#tidy(tidyUp), this.signal.aborted ? 0 : recordedAfterMs);
    this.#waiting.set(tidyUp, timer);
  }

  async #tidy(tidyUp: () => Promise<void>): Promise<void> {
    clearTimeout(this.#waiting.get(tidyUp));
    if (this.#waiting.delete(tidyUp)) await this.run(tidyUp);
  }

  /** Aborts all work, waits until it has cleaned up behind itself, and logs out. */
  async end(reason = ended()): Promise<void> {
    this.#controller.abort(reason);
    await Promise.allSettled(this.#running);
    if (!isAbandoned(this.signal)) await Promise.allSettled([...this.#waiting.keys()].map((one) => this.#tidy(one)));
    // What an answer has set off meanwhile.
    await Promise.allSettled(this.#running);
    this.#notes.remove();
    await closeAllVCenters();
  }
}

function ended(): Error {
  return new Error("the deploy was cancelled or has ended");
}
