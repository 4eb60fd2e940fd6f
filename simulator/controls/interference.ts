import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "../soap/fault";
import type { FaultName } from "../soap/schema/types";
import { VixError } from "../guest/guest-agent";

/** Which requests to disturb: an API method, `PUT`, `GET`, or `*` for all; one VM's (by moid or name) or any. */
export interface RequestMatch {
  readonly method: string;
  readonly vm?: string | undefined;
  /** How many matching requests; 1 when left out. */
  readonly times?: number | undefined;
  /** How many matching requests go undisturbed first; 0 when left out. */
  readonly skip?: number | undefined;
}

/** A fault to answer: a fault type with its fields, or an error number of the guest's agent. */
export type InjectedFault = RequestMatch & {
  /** before (default): the operation does not run; after: it has run, only its answer is replaced. */
  readonly when?: "before" | "after" | undefined;
} & (
    | {
        readonly fault: FaultName;
        readonly fields?: Readonly<Record<string, unknown>> | undefined;
        readonly message?: string | undefined;
      }
    | { readonly vix: number }
  );

/** The connection is cut: before the operation runs (default), or after it took effect and before the answer. */
export type ConnectionReset = RequestMatch & { readonly when?: "before" | "after" | undefined };

/** A bare HTTP status, as the proxy in front of vCenter answers while the service starts. */
export type HttpError = RequestMatch & { readonly status: number };

/** The request waits before it is looked at. */
export type Delay = RequestMatch & { readonly milliseconds: number };

/** What happens to a transfer's bytes: cut after so many bytes, or slowed down. */
export type TransferTrouble = RequestMatch & {
  readonly cutAfterBytes?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
};

/** Something that happens before the request is looked at: a reboot, the end of all sessions. From code only. */
export type RequestEvent = RequestMatch & { readonly happens: (request: HappeningRequest) => void | Promise<void> };

/** The request that is about to be looked at. */
export interface HappeningRequest {
  readonly method: string;
  /** Of an API method, by name, as decoded; empty for transfers. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type Disturbance =
  | ({ readonly kind: "event" } & RequestEvent)
  | ({ readonly kind: "fault" } & InjectedFault)
  | ({ readonly kind: "reset" } & ConnectionReset)
  | ({ readonly kind: "http" } & HttpError)
  | ({ readonly kind: "delay" } & Delay)
  | ({ readonly kind: "transfer" } & TransferTrouble);

/** Disturbances waiting for their requests, first come first served; at most one of each kind hits a request. */
export class Interference {
  readonly #pending: { rule: Disturbance; skip: number; left: number }[] = [];

  add(rule: Disturbance): void {
    this.#pending.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** Takes what is waiting for this request. `vmNames`: moid and name of the machine concerned. */
  take(method: string, vmNames: readonly string[]): readonly Disturbance[] {
    if (this.#pending.length === 0) return [];
    const hit: Disturbance[] = [];
    for (const entry of [...this.#pending]) {
      const { rule } = entry;
      if (rule.method !== "*" && rule.method !== method) continue;
      if (rule.vm !== undefined && !vmNames.includes(rule.vm)) continue;
      if (hit.some((other) => other.kind === rule.kind)) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      hit.push(rule);
      if (--entry.left <= 0) this.#pending.splice(this.#pending.indexOf(entry), 1);
    }
    return hit;
  }
}

/** Waits as delays say, and lets happen what is to happen before the request. */
export async function passBefore(
  latencyMilliseconds: number,
  disturbances: readonly Disturbance[],
  request: HappeningRequest,
): Promise<void> {
  const extra = disturbances.reduce((sum, rule) => sum + (rule.kind === "delay" ? rule.milliseconds : 0), 0);
  const milliseconds = latencyMilliseconds + extra;
  if (milliseconds > 0) await delay(milliseconds, undefined, { ref: false });
  for (const rule of disturbances) if (rule.kind === "event") await rule.happens(request);
}

/** The error to throw for an injected fault. */
export function injectedError(rule: InjectedFault): Fault | VixError {
  return "vix" in rule ? new VixError(rule.vix) : new Fault(rule.fault, rule.fields, rule.message);
}
