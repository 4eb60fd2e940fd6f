import type { ManagedObject, Properties } from "../managed-object";

/** GuestOperationsManager: names the five managers (docs/reference/protocol.md#service-content). */
export class GuestOperationsManager implements ManagedObject {
  readonly ref = { type: "GuestOperationsManager", value: "guestOperationsManager" } as const;
  readonly methods = {};
  readonly #managers: {
    readonly auth: ManagedObject;
    readonly file: ManagedObject;
    readonly process: ManagedObject;
    readonly registry: ManagedObject;
    readonly alias: ManagedObject;
  };

  constructor(managers: {
    readonly auth: ManagedObject;
    readonly file: ManagedObject;
    readonly process: ManagedObject;
    readonly registry: ManagedObject;
    readonly alias: ManagedObject;
  }) {
    this.#managers = managers;
  }

  readonly properties: Properties<"GuestOperationsManager"> = {
    authManager: () => this.#managers.auth.ref,
    fileManager: () => this.#managers.file.ref,
    processManager: () => this.#managers.process.ref,
    guestWindowsRegistryManager: () => this.#managers.registry.ref,
    aliasManager: () => this.#managers.alias.ref,
  };
}
