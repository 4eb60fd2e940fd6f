import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { authenticationValue, type GuestAuthentication } from "./guest-authentication";
import { guestProcessInfo, programSpecValue, type GuestProcessInfo, type GuestProgramSpec } from "./guest-process";
import { ManagedObject, nothing, type CallOptions } from "../managed-object";
import { integer, repeated, required, text } from "../xsd";

/** Programs, processes and the environment of guests (docs/reference/guest-operations.md#programs). */
export class GuestProcessManager extends ManagedObject {
  /** Returns the process id. */
  startProgramInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    spec: GuestProgramSpec,
    call: CallOptions = {},
  ): Promise<number> {
    const parameters = { vm, auth: authenticationValue(auth), spec: programSpecValue(spec) };
    return this.once("StartProgramInGuest", parameters, required(integer), call);
  }

  /** Unknown pids are left out; without pids, all processes. */
  listProcessesInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    pids: readonly number[],
    call: CallOptions = {},
  ): Promise<GuestProcessInfo[]> {
    const parameters = { vm, auth: authenticationValue(auth), pids };
    return this.repeatable("ListProcessesInGuest", parameters, repeated(guestProcessInfo), call);
  }

  terminateProcessInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    pid: number,
    call: CallOptions = {},
  ): Promise<void> {
    return this.once("TerminateProcessInGuest", { vm, auth: authenticationValue(auth), pid }, nothing, call);
  }

  /** `NAME=VALUE`; unset names are left out. */
  readEnvironmentVariableInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    names: readonly string[],
    call: CallOptions = {},
  ): Promise<string[]> {
    const parameters = { vm, auth: authenticationValue(auth), names };
    return this.repeatable("ReadEnvironmentVariableInGuest", parameters, repeated(text), call);
  }
}
