import { closeAllVCenters } from "../guest/vcenter";

/** What lives as long as the host process: the signal that ends all work, and the work that has to end. */
export interface ProcessScope {
  readonly signal: AbortSignal;
  /** Runs work that the end of the process waits for. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** The engine sends SIGINT at the end of every operation and SIGKILL 5 s later (pulumi-mechanics.md 1.4). */
const patienceMs = 4_000;

let scope: ProcessScope | undefined;

/** The one scope of this process. On SIGINT and SIGTERM work is aborted, then sessions are logged out. */
export function endWithProcess(): ProcessScope {
  scope ??= makeScope();
  return scope;
}

function makeScope(): ProcessScope {
  const controller = new AbortController();
  const running = new Set<Promise<unknown>>();
  const end = () => {
    controller.abort(new Error("the deploy has ended"));
    setTimeout(() => process.exit(0), patienceMs).unref();
    void Promise.allSettled(running)
      .then(() => closeAllVCenters())
      .finally(() => process.exit(0));
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  process.once("beforeExit", () => void closeAllVCenters());
  return {
    signal: controller.signal,
    async run(work) {
      const promise = work();
      running.add(promise);
      try {
        return await promise;
      } finally {
        running.delete(promise);
      }
    },
  };
}
