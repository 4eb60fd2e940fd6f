import { GuestError } from "../../errors/guest-error";
import { expectManyListeners } from "../../operation/abort";
import { limitOperation } from "../../operation/deadline";
import type { Operation } from "../../operation/operation";
import { given } from "../../values/given";
import type { LifecycleContext } from "./context";

/** How long one create, update or delete may take where neither program nor kind says. */
const defaultTimeoutSeconds = 300;

/** How long a look at the guest may take before the deploy goes on without it. */
export const observationTimeoutSeconds = 60;

/** How long a look waits for a server or a machine that does not answer. */
export const observationPatienceSeconds = 10;

/** Work that has seen its deadline pass gets this long to end itself and say why, then it is aborted. */
const graceSeconds = 10;

export interface OperationScope {
  /** What is done, and where, for people: "vm-1 /etc/app.conf: the create of this GuestFile". */
  readonly work: string;
  readonly timeoutSeconds: number;
  /** Of looks; left out: work, which waits until its time is over. */
  readonly patienceSeconds?: number;
  /** What a program sets to give more time. Default: timeoutSeconds. */
  readonly timeSetting?: "timeoutSeconds" | "customTimeouts";
  readonly secretInputs: ReadonlySet<string>;
}

/** Runs `work` under a deadline; ends with it, whatever happens, the timers and listeners that this takes. */
export async function withOperation<T>(
  context: LifecycleContext,
  scope: OperationScope,
  work: (op: Operation) => Promise<T>,
): Promise<T> {
  const { signal, log, onceRecorded } = context;
  const { work: named, timeoutSeconds, timeSetting = "timeoutSeconds", patienceSeconds, secretInputs } = scope;
  const patienceMs = patienceSeconds === undefined ? undefined : patienceSeconds * 1000;
  expectManyListeners(signal);
  let awaited: (() => string) | undefined;
  const waitsFor = (what: () => string) => void (awaited = what);
  const { op, release } = limitOperation(
    { signal, deadlineMs: Infinity, log, secretInputs, waitsFor, ...given({ patienceMs, onceRecorded }) },
    timeoutSeconds,
    () => outOfTime(timeoutSeconds, timeSetting, awaited?.()),
    {
      graceSeconds,
      cancelled: (cause) => new GuestError("CANCELLED", `${named} was cancelled.`, { cause }),
    },
  );
  try {
    return await work(op);
  } finally {
    release();
  }
}

function outOfTime(seconds: number, setting: string, awaited: string | undefined): GuestError {
  const what = awaited === undefined ? "" : ` What was waited for last: ${awaited}.`;
  return new GuestError("TIMED_OUT", `Not done after ${seconds} s.${what} Raise ${setting} if it needs longer.`);
}

/** The time for changing work, and the setting that gives it: Pulumi's customTimeouts, else the resource's timeoutSeconds, else the default. */
export function timeLimitOf(customTimeoutSeconds: number | undefined, inputs: Readonly<Record<string, unknown>>) {
  if (customTimeoutSeconds !== undefined && customTimeoutSeconds > 0)
    return { timeoutSeconds: customTimeoutSeconds, timeSetting: "customTimeouts" } as const;
  const own = inputs.timeoutSeconds;
  return { timeoutSeconds: typeof own === "number" ? own : defaultTimeoutSeconds } as const;
}

/** The same properties with the time that customTimeouts give in the place of timeoutSeconds: kinds know the latter alone. */
export function underTimeLimit<T extends object>(customTimeoutSeconds: number | undefined, properties: T): T {
  const isCustom = customTimeoutSeconds !== undefined && customTimeoutSeconds > 0;
  return isCustom ? { ...properties, timeoutSeconds: customTimeoutSeconds } : properties;
}
