import { GuestError, hasCode, type GuestErrorCode } from "../../errors/guest-error";
import type { Guest } from "../../guest/guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { AnyKind, Observed, Task } from "../../resources/resource-kind";
import type { LifecycleContext } from "./context";
import { otherResources } from "./one-record";
import { lineOn } from "./subject";

/** Where a look at the guest ended. */
export type Look = { readonly outcome: "seen"; readonly observed: Observed<object> } | Unseen;

/** The guest can't be looked into now; what is recorded stands. */
export interface Unseen {
  readonly outcome: "unseen";
  readonly reason: string;
}

/** Failures of a look that say nothing about the guest: the deploy goes on with a warning. */
const unseeing: readonly GuestErrorCode[] = [
  "VM_NOT_READY",
  "VCENTER_UNREACHABLE",
  "HOST_UNREACHABLE",
  "TIMED_OUT",
  "BUSY",
];

/** Looks at one object in the guest that `open` gives. Errors other than those above are the caller's to tell. */
export async function look(
  kind: AnyKind,
  open: () => Promise<Guest>,
  task: Omit<Task<object, object>, "guest" | "others">,
  context: LifecycleContext,
): Promise<Look> {
  return unseenWhereUnreachable(async () => {
    const guest = await open();
    const others = otherResources(kind, { ...task, guest }, context);
    return { outcome: "seen", observed: await kind.observe({ ...task, guest, others }) };
  });
}

/** Turns those failures that say nothing about the guest into an answer. */
export async function unseenWhereUnreachable<T>(work: () => Promise<T>): Promise<T | Unseen> {
  try {
    return await work();
  } catch (error) {
    if (!unseeing.some((code) => hasCode(error, code))) throw error;
    return { outcome: "unseen", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The VM of that selector, or undefined when there is none any more. */
export async function findOrUndefined(find: () => Promise<VmIdentity>): Promise<VmIdentity | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof GuestError && error.code === "VM_NOT_FOUND") return undefined;
    throw error;
  }
}

/** One line for people about a resource: the VM, the object in it, what is to be said. */
export function tell(
  log: LifecycleContext["log"],
  level: "info" | "warn",
  vmName: string,
  id: string,
  text: string,
): void {
  log[level](lineOn(vmName, id, text));
}
