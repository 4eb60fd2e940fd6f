import type { Operation } from "./operation";
import { follow } from "./abort";
import { SharedSignal } from "./shared-signal";

/** How long a request waits for company, in milliseconds; a guest operation itself takes 50 or more. */
const gatherMs = 4;

interface Gathering<A, R> {
  readonly asked: A[];
  readonly waiting: Operation[];
  readonly result: Promise<R>;
}

/**
 * Makes one request of what several callers ask at about the same time under the same key. The answer is for all of
 * them; a caller that leaves does not take it from the others.
 */
export class SharedRequests<A, R> {
  readonly #gatherings = new Map<string, Gathering<A, R>>();
  readonly #send: (key: string, asked: readonly A[], op: Operation) => Promise<R>;

  constructor(send: (key: string, asked: readonly A[], op: Operation) => Promise<R>) {
    this.#send = send;
  }

  ask(key: string, question: A, op: Operation): Promise<R> {
    const gathering = this.#gatherings.get(key) ?? this.#gather(key);
    gathering.asked.push(question);
    gathering.waiting.push(op);
    return follow(gathering.result, op.signal);
  }

  #gather(key: string): Gathering<A, R> {
    const asked: A[] = [];
    const waiting: Operation[] = [];
    const result = new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
      this.#gatherings.delete(key);
      const shared = shareOperation(waiting as [Operation, ...Operation[]]);
      return this.#send(key, asked, shared.op).finally(() => shared.end());
    });
    // When every caller has left, nobody is there to hear of a failure.
    result.catch(() => {});
    const gathering = { asked, waiting, result };
    this.#gatherings.set(key, gathering);
    return gathering;
  }
}

/**
 * The operation of a request that several callers wait for: it ends when the last of them has left, and lasts as long
 * as the most patient one. Progress goes to the first. `end` lets go of their signals.
 */
function shareOperation(waiting: readonly [Operation, ...Operation[]]): { readonly op: Operation; end(): void } {
  const shared = new SharedSignal();
  shared.join(waiting.map(({ signal }) => signal));
  const patienceMs = Math.max(...waiting.map((op) => op.patienceMs ?? Infinity));
  return {
    op: {
      signal: shared.signal,
      deadlineMs: Math.max(...waiting.map((op) => op.deadlineMs)),
      ...(patienceMs < Infinity ? { patienceMs } : {}),
      log: waiting[0].log,
      waitsFor: (what) => waiting.forEach((op) => op.waitsFor?.(what)),
      secretInputs: new Set(waiting.flatMap((op) => [...op.secretInputs])),
    },
    end: () => shared.release(),
  };
}
