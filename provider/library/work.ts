import { GuestError } from "../errors/guest-error";
import { limitOperation } from "../operation/deadline";
import type { Logger, Operation } from "../operation/operation";

/** Of every piece of work: how it may end before it is done, and where its messages go. */
export interface WorkOptions {
  /** Ends the work, and what it has begun in the guest: it then rejects with CANCELLED. */
  readonly signal?: AbortSignal;
  /** The work rejects with TIMED_OUT after so long. Default 300; of programs and copies: no limit. */
  readonly timeoutSeconds?: number;
  /** Messages for people about what is waited for, or tried again. Default: nowhere. */
  readonly log?: Logger;
}

const defaultTimeoutSeconds = 300;

/** For work that takes as long as it takes: what stands still is noticed otherwise. */
export function unlimited<O extends WorkOptions>(options: O): O & { readonly timeoutSeconds: number } {
  return { ...options, timeoutSeconds: options.timeoutSeconds ?? Infinity };
}

/** Work that sees its time pass gets this long to end by itself and say why. */
const graceSeconds = 5;

/** Tells nobody anything. */
export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {} };

/** Does `work` within the options' limits. `what` names it in errors: `Reading /etc/hosts in web-1`. */
export async function perform<T>(
  what: () => string,
  { signal, timeoutSeconds = defaultTimeoutSeconds, log = silent }: WorkOptions,
  work: (op: Operation) => Promise<T>,
): Promise<T> {
  let awaited: (() => string) | undefined;
  const whole = {
    signal: signal ?? new AbortController().signal,
    deadlineMs: Infinity,
    log,
    secretInputs: new Set<string>(),
    waitsFor: (it: () => string) => void (awaited = it),
  };
  const { op, release } = limitOperation(
    whole,
    timeoutSeconds,
    () => new GuestError("TIMED_OUT", `${what()} was not done after ${timeoutSeconds} s.${lastAwaited(awaited)}`),
    { graceSeconds, cancelled: (cause) => new GuestError("CANCELLED", `${what()} was cancelled.`, { cause }) },
  );
  try {
    if (op.signal.aborted) throw op.signal.reason;
    return await work(op);
  } finally {
    release();
  }
}

function lastAwaited(awaited: (() => string) | undefined): string {
  return awaited === undefined ? "" : ` What was waited for last: ${awaited()}.`;
}
