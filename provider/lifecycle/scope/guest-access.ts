import { GuestError } from "../../errors/guest-error";
import type { Guest } from "../../guest/guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { Operation } from "../../operation/operation";
import { isReady, notReady } from "../../vcenter/inventory/readiness";
import type { GuestCredential, VmSelector } from "../../guest/vcenter-pool";
import { guestLoginShape, vmSelectorSchema } from "../../vocabulary/inputs";
import { given } from "../../values/given";
import type { Connection } from "./context";

type Properties = Readonly<Record<string, unknown>>;

/** A login in a record may hold more than this version knows. */
const loginSchema = guestLoginShape.strip();

/** The VM that a resource's inputs name. */
export function selectorOf(inputs: Properties): VmSelector {
  const parsed = vmSelectorSchema.safeParse(inputs.vm);
  if (parsed.success) return parsed.data;
  throw new GuestError("INVALID_INPUT", "vm: is required, as text or as an object that says which machine is meant");
}

/** Instance UUID of the VM on which a resource was made: in its state, and the first half of its id. */
export function recordedInstanceUuid(id: string, state: object | undefined): string | undefined {
  const recorded = (state as { readonly instanceUuid?: unknown } | undefined)?.instanceUuid;
  // Empty: it failed before its machine was found.
  if (typeof recorded === "string") return recorded === "" ? undefined : recorded.toLowerCase();
  const [first = ""] = id.split(":", 1);
  return /^[0-9a-f-]{32,36}$/i.test(first) ? first.toLowerCase() : undefined;
}

/** The VM on which a resource was made, by instance UUID: that outlives every rename, move and registration. */
export function recordedSelector(id: string, state: Properties): VmSelector {
  const instanceUuid = recordedInstanceUuid(id, state);
  return instanceUuid === undefined ? selectorOf(state) : { instanceUuid };
}

/** The login that a resource gives itself. */
export function ownLogin(inputs: Properties): GuestCredential | undefined {
  const login = loginSchema.safeParse(inputs.guest).data;
  if (login === undefined) return undefined;
  const { username, password, samlToken, interactiveSession = false } = login;
  if (samlToken !== undefined) return { samlToken: { token: samlToken }, interactiveSession, ...given({ username }) };
  return username === undefined ? undefined : { username, password: password ?? "", interactiveSession };
}

/** The resource's own login, else the provider's. */
export function credentialOf(inputs: Properties, connection: Connection): GuestCredential {
  const own = ownLogin(inputs);
  if (own !== undefined) return own;
  if (connection.guestLogin !== undefined) return connection.guestLogin;
  throw new GuestError(
    "INVALID_INPUT",
    "There is no login for the guest. Give the resource `guest: { username, password }`, or all of them " +
      "vsphere-guest:guestUser and vsphere-guest:guestPassword (environment: VSPHERE_GUEST_USER, VSPHERE_GUEST_PASSWORD).",
  );
}

/** The guest for work that changes it: waits until VMware Tools is ready. */
export function guestForWork(
  { source }: Connection,
  selector: VmSelector,
  credential: GuestCredential,
  op: Operation,
): Promise<Guest> {
  return source.guest(selector, credential, op, { waitUntilReady: true });
}

/** The guest for a look: VM_NOT_READY at once where VMware Tools does not answer. */
export async function guestForLook(
  { source }: Connection,
  vm: VmIdentity,
  credential: GuestCredential,
  op: Operation,
): Promise<Guest> {
  const system = await source.systemInfo(vm, op);
  if (!isReady(system)) throw notReady(vm, system);
  return source.guest({ moid: vm.moid }, credential, op, { waitUntilReady: false });
}
