import { localizedFaultError } from "../soap/faults";
import type { Interceptor } from "../soap/soap-call";
import type { SoapElement } from "../soap/soap-element";

/**
 * Without a session a property read does not fail: its properties are reported missing, each with NotAuthenticated
 * (docs/reference/protocol.md#sessions). This makes a fault of it, so that the session is opened again as after any
 * other call.
 */
export const unauthenticatedProperties: Interceptor = (next) => async (call, options) => {
  const response = await next(call, options);
  if (!call.method.endsWith("RetrievePropertiesEx")) return response;
  const faults = (response.children["returnval"] ?? [])
    .flatMap((result) => children(result, "objects"))
    .flatMap((object) => children(object, "missingSet"))
    .flatMap((missing) => children(missing, "fault"));
  const refusal = faults.find((fault) => fault.children["fault"]?.[0]?.xsiType === "NotAuthenticated");
  if (refusal !== undefined) throw localizedFaultError(call.method, refusal);
  return response;
};

function children(element: SoapElement, name: string): readonly SoapElement[] {
  return element.children[name] ?? [];
}
