import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { authenticationValue, type GuestAuthentication } from "./guest-authentication";
import { ManagedObject, nothing, type CallOptions } from "../managed-object";
import { anyType, required } from "../xsd";

const acquired = anyType.transform((at) => ({
  type: at.xsiType ?? "",
  ticket: at.children["ticket"]?.[0]?.text,
  token: at.children["token"]?.[0]?.text,
}));

/** Logins in guests (docs/reference/guest-operations.md#guest-login). */
export class GuestAuthManager extends ManagedObject {
  /** A full login in the guest. Faults: InvalidGuestLogin. */
  validateCredentialsInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth) };
    return this.repeatable("ValidateCredentialsInGuest", parameters, nothing, call);
  }

  /** A ticket for a login, Windows only; the type of what came is in `type`. */
  acquireCredentialsInGuest(
    vm: ManagedObjectReference,
    requestedAuth: GuestAuthentication,
    sessionID: bigint | undefined,
    call: CallOptions = {},
  ): Promise<{ readonly type: string; readonly ticket: string | undefined; readonly token: string | undefined }> {
    const parameters = { vm, requestedAuth: authenticationValue(requestedAuth), sessionID };
    return this.once("AcquireCredentialsInGuest", parameters, required(acquired), call);
  }

  releaseCredentialsInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    call: CallOptions = {},
  ): Promise<void> {
    return this.once("ReleaseCredentialsInGuest", { vm, auth: authenticationValue(auth) }, nothing, call);
  }
}
