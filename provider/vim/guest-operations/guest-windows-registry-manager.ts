import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { authenticationValue, type GuestAuthentication } from "./guest-authentication";
import {
  guestRegKeyRecord,
  guestRegValue,
  keyNameValue,
  valueDataValue,
  valueNameValue,
  type GuestRegKeyNameSpec,
  type GuestRegKeyRecord,
  type GuestRegValue,
} from "./guest-registry";
import { ManagedObject, nothing, type CallOptions } from "../managed-object";
import { repeated } from "../xsd";

/** The registry of Windows guests (docs/reference/guest-operations.md#registry). */
export class GuestWindowsRegistryManager extends ManagedObject {
  createRegistryKeyInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    key: GuestRegKeyNameSpec,
    options: { readonly isVolatile: boolean; readonly classType?: string },
    call: CallOptions = {},
  ): Promise<void> {
    const { isVolatile, classType } = options;
    const parameters = { vm, auth: authenticationValue(auth), keyName: keyNameValue(key), isVolatile, classType };
    return this.once("CreateRegistryKeyInGuest", parameters, nothing, call);
  }

  listRegistryKeysInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    key: GuestRegKeyNameSpec,
    options: { readonly recursive: boolean; readonly matchPattern?: string },
    call: CallOptions = {},
  ): Promise<GuestRegKeyRecord[]> {
    const { recursive, matchPattern } = options;
    const parameters = { vm, auth: authenticationValue(auth), keyName: keyNameValue(key), recursive, matchPattern };
    return this.repeatable("ListRegistryKeysInGuest", parameters, repeated(guestRegKeyRecord), call);
  }

  deleteRegistryKeyInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    key: GuestRegKeyNameSpec,
    recursive: boolean,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), keyName: keyNameValue(key), recursive };
    return this.once("DeleteRegistryKeyInGuest", parameters, nothing, call);
  }

  /** Makes the value or replaces it, also by another type. */
  setRegistryValueInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    value: GuestRegValue,
    call: CallOptions = {},
  ): Promise<void> {
    const wire = { name: valueNameValue(value.key, value.name), data: valueDataValue(value.data) };
    return this.repeatable(
      "SetRegistryValueInGuest",
      { vm, auth: authenticationValue(auth), value: wire },
      nothing,
      call,
    );
  }

  listRegistryValuesInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    key: GuestRegKeyNameSpec,
    options: { readonly expandStrings: boolean; readonly matchPattern?: string },
    call: CallOptions = {},
  ): Promise<GuestRegValue[]> {
    const { expandStrings, matchPattern } = options;
    const parameters = { vm, auth: authenticationValue(auth), keyName: keyNameValue(key), expandStrings, matchPattern };
    return this.repeatable("ListRegistryValuesInGuest", parameters, repeated(guestRegValue), call);
  }

  deleteRegistryValueInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    key: GuestRegKeyNameSpec,
    name: string,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), valueName: valueNameValue(key, name) };
    return this.once("DeleteRegistryValueInGuest", parameters, nothing, call);
  }
}
