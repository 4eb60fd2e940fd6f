import type { ManagedObjectReference } from "./managed-object-reference";
import type { SoapElement } from "./soap-element";
import type { SoapFields } from "./soap-value";

/** One method call on one managed object. */
export interface SoapCall {
  readonly target: ManagedObjectReference;
  /** As named in the API, e.g. "ListFilesInGuest". */
  readonly method: string;
  /** In the order of the xsd, without `_this`. */
  readonly parameters: SoapFields;
  /** XML that goes into the header as it is: WS-Security of a login by token. A secret. */
  readonly securityHeader?: string;
  /** True when a second sending does no harm: such a call is repeated when its answer was lost. */
  readonly safeToRepeat: boolean;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Sends a call and returns the `<Method>Response` element. Rejects with GuestError. */
export type SoapInvoke = (call: SoapCall, options: CallOptions) => Promise<SoapElement>;

/** Behaviour around every call: sees it before and after `next`. */
export type Interceptor = (next: SoapInvoke) => SoapInvoke;

/** Wraps `invoke` so that the first interceptor is the outermost. */
export function compose(invoke: SoapInvoke, ...interceptors: readonly Interceptor[]): SoapInvoke {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), invoke);
}
