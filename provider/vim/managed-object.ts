import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import type { ManagedObjectReference } from "../soap/managed-object-reference";
import type { CallOptions, SoapCall, SoapInvoke } from "../soap/soap-call";
import type { SoapFields } from "../soap/soap-value";

/** Of every call on a managed object: how it may be aborted. */
export type { CallOptions } from "../soap/soap-call";

/** The result of methods that return nothing. */
export const nothing: z.ZodType<void> = z.unknown().transform(() => undefined);

/** The client's side of one object on the server. Subclasses have one method per API method, named as there. */
export abstract class ManagedObject {
  constructor(
    protected readonly soap: SoapInvoke,
    readonly reference: ManagedObjectReference,
  ) {}

  /** A call that may be sent twice without harm, and is, when its answer was lost. */
  protected repeatable<T>(method: string, fields: SoapFields, returns: z.ZodType<T>, call: CallOptions): Promise<T> {
    return this.#call(method, fields, returns, true, call);
  }

  /** A call that must not be sent twice. */
  protected once<T>(
    method: string,
    fields: SoapFields,
    returns: z.ZodType<T>,
    call: CallOptions,
    header: Pick<SoapCall, "securityHeader"> = {},
  ): Promise<T> {
    return this.#call(method, fields, returns, false, call, header);
  }

  async #call<T>(
    method: string,
    parameters: SoapFields,
    returns: z.ZodType<T>,
    safeToRepeat: boolean,
    call: CallOptions,
    header: Pick<SoapCall, "securityHeader"> = {},
  ): Promise<T> {
    const response = await this.soap({ target: this.reference, method, parameters, safeToRepeat, ...header }, call);
    const decoded = returns.safeParse(response.children["returnval"]);
    if (decoded.success) return decoded.data;
    throw new GuestError("PROTOCOL_ERROR", `${method}: unexpected result: ${z.prettifyError(decoded.error)}`);
  }
}
