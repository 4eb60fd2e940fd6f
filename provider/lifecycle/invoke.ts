import type { FunctionTarget, AnyFunction } from "../functions";
import type { LifecycleContext } from "./scope/context";
import { credentialOf, guestForLook, selectorOf } from "./scope/guest-access";
import { workOn } from "./scope/subject";
import { observationPatienceSeconds, withOperation } from "./scope/operation-scope";
import type { PropertyMap } from "../properties/property-value";
import { validate, type Failure } from "../properties/validation";

/** How long one function may take. */
const functionTimeoutSeconds = 120;

export type InvokeResponse =
  | { readonly ok: true; readonly outputs: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failures: readonly Failure[] };

/** Calls a read-only function: validates its inputs, then looks. Errors are GuestErrors. */
export async function invoke(
  fn: AnyFunction,
  inputs: PropertyMap,
  secretInputs: ReadonlySet<string>,
  context: LifecycleContext,
): Promise<InvokeResponse> {
  const validated = validate(fn.inputs, inputs);
  if (!validated.ok) return { ok: false, failures: validated.failures };
  const wanted = validated.value as Readonly<Record<string, unknown>>;
  const scope = {
    work: workOn(`the call of ${fn.token}`, { vm: wanted.vm }),
    timeoutSeconds: functionTimeoutSeconds,
    patienceSeconds: observationPatienceSeconds,
    secretInputs,
  };
  const outputs = await withOperation(context, scope, (op) => {
    const connection = context.connect();
    const { source } = connection;
    const virtualMachine = () => source.findVirtualMachine(selectorOf(wanted), op);
    const target: FunctionTarget = {
      virtualMachine,
      systemInfo: async () => source.systemInfo(await virtualMachine(), op),
      networks: async () => source.networks(await virtualMachine(), op),
      guest: async () => guestForLook(connection, await virtualMachine(), credentialOf(wanted, connection), op),
      virtualMachines: () => source.virtualMachines(op),
    };
    return fn.call(target, wanted, op);
  });
  return { ok: true, outputs: outputs as Readonly<Record<string, unknown>> };
}
