import { GuestError } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import type { LifecycleContext } from "./context";

/** How long one create, update or delete may take where neither program nor kind says. */
export const defaultTimeoutSeconds = 300;

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
  const controller = new AbortController();
  const cancel = () => controller.abort(new GuestError("CANCELLED", "cancelled", { cause: context.signal.reason }));
  const expire = () =>
    controller.abort(
      new GuestError("TIMED_OUT", `not done after ${scope.timeoutSeconds} s; timeoutSeconds may be too small`),
    );
  if (context.signal.aborted) cancel();
  context.signal.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(expire, Math.min((scope.timeoutSeconds + graceSeconds) * 1000, 2 ** 31 - 1));
  try {
    return await work({
      signal: controller.signal,
      deadlineMs: Date.now() + scope.timeoutSeconds * 1000,
      log: context.log,
      secretInputs: scope.secretInputs,
    });
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener("abort", cancel);
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
