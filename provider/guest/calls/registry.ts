import type { GuestRegKeyNameSpec, GuestRegKeyRecord, GuestRegValue } from "../../vim/guest-operations/guest-registry";
import type { GuestWindowsRegistryManager } from "../../vim/guest-operations/guest-windows-registry-manager";
import type { Operation } from "../../operation/operation";
import { offered, type PerformInVm } from "./manager-call";

/**
 * GuestWindowsRegistryManager of one VM (docs/reference/guest-operations.md#registry). Errors: GuestError, for Linux
 * too.
 */
export class VmGuestRegistry {
  readonly #perform: PerformInVm;

  constructor(perform: PerformInVm) {
    this.#perform = perform;
  }

  createRegistryKeyInGuest(
    key: GuestRegKeyNameSpec,
    options: { readonly isVolatile: boolean; readonly classType?: string },
    op: Operation,
  ): Promise<void> {
    return this.#perform("CreateRegistryKeyInGuest", key.registryPath, op, ({ registry }, vm, login, call) =>
      manage(registry).createRegistryKeyInGuest(vm, login, key, options, call),
    );
  }

  listRegistryKeysInGuest(
    key: GuestRegKeyNameSpec,
    options: { readonly recursive: boolean; readonly matchPattern?: string },
    op: Operation,
  ): Promise<GuestRegKeyRecord[]> {
    return this.#perform("ListRegistryKeysInGuest", key.registryPath, op, ({ registry }, vm, login, call) =>
      manage(registry).listRegistryKeysInGuest(vm, login, key, options, call),
    );
  }

  deleteRegistryKeyInGuest(key: GuestRegKeyNameSpec, recursive: boolean, op: Operation): Promise<void> {
    return this.#perform("DeleteRegistryKeyInGuest", key.registryPath, op, ({ registry }, vm, login, call) =>
      manage(registry).deleteRegistryKeyInGuest(vm, login, key, recursive, call),
    );
  }

  /** Makes the value or replaces it, also by another type. */
  setRegistryValueInGuest(value: GuestRegValue, op: Operation): Promise<void> {
    return this.#perform(
      "SetRegistryValueInGuest",
      subjectOf(value.key, value.name),
      op,
      ({ registry }, vm, login, call) => manage(registry).setRegistryValueInGuest(vm, login, value, call),
    );
  }

  listRegistryValuesInGuest(
    key: GuestRegKeyNameSpec,
    options: { readonly expandStrings: boolean; readonly matchPattern?: string },
    op: Operation,
  ): Promise<GuestRegValue[]> {
    return this.#perform("ListRegistryValuesInGuest", key.registryPath, op, ({ registry }, vm, login, call) =>
      manage(registry).listRegistryValuesInGuest(vm, login, key, options, call),
    );
  }

  deleteRegistryValueInGuest(key: GuestRegKeyNameSpec, name: string, op: Operation): Promise<void> {
    return this.#perform("DeleteRegistryValueInGuest", subjectOf(key, name), op, ({ registry }, vm, login, call) =>
      manage(registry).deleteRegistryValueInGuest(vm, login, key, name, call),
    );
  }
}

function subjectOf(key: GuestRegKeyNameSpec, name: string): string {
  return `${key.registryPath}, value ${name}`;
}

function manage(manager: GuestWindowsRegistryManager | undefined): GuestWindowsRegistryManager {
  return offered(manager, "the registry of Windows guests");
}
