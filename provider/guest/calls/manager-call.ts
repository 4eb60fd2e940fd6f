import { GuestError } from "../../errors/guest-error";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { GuestAuthentication } from "../../vim/guest-operations/guest-authentication";
import type { Operation } from "../../operation/operation";
import type { GuestManagers } from "../../vcenter/connection";

/** Sends a call for one VM under one guest login, through its queue; errors name `method` and `subject`. */
export type PerformInVm = <T>(
  method: string,
  subject: string,
  op: Operation,
  send: (
    managers: GuestManagers,
    vm: ManagedObjectReference,
    login: GuestAuthentication,
    call: CallOptions,
  ) => Promise<T>,
) => Promise<T>;

/** A manager that older servers lack: those before vSphere 6.0. */
export function offered<T>(manager: T | undefined, what: string): T {
  if (manager !== undefined) return manager;
  throw new GuestError("GUEST_OPERATION_UNSUPPORTED", `The server does not offer ${what}: that takes vSphere 6.0.`);
}
