import { GuestError } from "../../errors/guest-error";
import { expectManyListeners } from "../../operation/abort";
import { limitOperation } from "../../operation/deadline";
import type { Operation } from "../../operation/operation";
import type { LifecycleContext } from "./context";

/** How long one create, update or delete may take where neither program nor kind says. */
const defaultTimeoutSeconds = 300;

/** How long a look at the guest may take before the deploy goes on without it. */
export const observationTimeoutSeconds = 60;

/** Work that has seen its deadline pass gets this long to end itself and say why, then it is aborted. */
const graceSeconds = 10;

export interface OperationScope {
  readonly timeoutSeconds: number;
  readonly secretInputs: ReadonlySet<string>;
}

/** Runs `work` under a deadline; ends with it, whatever happens, the timers and listeners that this takes. */
export async function withOperation<T>(
  context: LifecycleContext,
  scope: OperationScope,
  work: (op: Operation) => Promise<T>,
): Promise<T> {
  const { signal, log } = context;
  const { timeoutSeconds, secretInputs } = scope;
  expectManyListeners(signal);
  const { op, release } = limitOperation(
    { signal, deadlineMs: Infinity, log, secretInputs },
    timeoutSeconds,
    () => new GuestError("TIMED_OUT", `not done after ${timeoutSeconds} s; timeoutSeconds may be too small`),
    graceSeconds,
  );
  try {
    return await work(op);
  } finally {
    release();
  }
}

/** The time for changing work: Pulumi's customTimeouts, else the resource's timeoutSeconds, else the default. */
export function timeoutSecondsOf(
  customTimeoutSeconds: number | undefined,
  inputs: Readonly<Record<string, unknown>>,
): number {
  if (customTimeoutSeconds !== undefined && customTimeoutSeconds > 0) return customTimeoutSeconds;
  return typeof inputs.timeoutSeconds === "number" ? inputs.timeoutSeconds : defaultTimeoutSeconds;
}
