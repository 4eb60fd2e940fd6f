import type { Data, MethodName, ParametersOf, ResultOf } from "../../soap/schema/types";
import type { ManagedObject, MethodHandlers } from "../managed-object";
import type { GuestOperations } from "./guest-operations";
import type { FaultSubject } from "./vix-faults";

/**
 * GuestWindowsRegistryManager: docs/reference/guest-operations.md#registry. Data objects reach the agent as decoded,
 * with `$type`.
 */
export class GuestWindowsRegistryManager implements ManagedObject {
  readonly ref = { type: "GuestWindowsRegistryManager", value: "guestOperationsWindowsRegistryManager" } as const;
  readonly properties = {};
  readonly #guests: GuestOperations;

  constructor(guests: GuestOperations) {
    this.#guests = guests;
  }

  readonly methods: MethodHandlers<"GuestWindowsRegistryManager"> = {
    CreateRegistryKeyInGuest: (p) => this.#run("CreateRegistryKeyInGuest", p, keySubject(p.keyName)),
    ListRegistryKeysInGuest: (p) => this.#run("ListRegistryKeysInGuest", p, keySubject(p.keyName)),
    DeleteRegistryKeyInGuest: (p) => this.#run("DeleteRegistryKeyInGuest", p, keySubject(p.keyName)),
    SetRegistryValueInGuest: (p) => this.#run("SetRegistryValueInGuest", p, valueSubject(p.value.name)),
    ListRegistryValuesInGuest: (p) => this.#run("ListRegistryValuesInGuest", p, keySubject(p.keyName)),
    DeleteRegistryValueInGuest: (p) => this.#run("DeleteRegistryValueInGuest", p, valueSubject(p.valueName)),
  };

  #run<M extends MethodName>(method: M, parameters: ParametersOf<M>, subject: FaultSubject): Promise<ResultOf<M>> {
    const { vm, auth, ...fields } = parameters as ParametersOf<"ListGuestMappedAliases"> & Record<string, unknown>;
    return this.#guests.run(method, { vm, auth, ...fields }, subject, (agent, credential) =>
      agent.registryOperation(method, credential, fields),
    ) as Promise<ResultOf<M>>;
  }
}

function keySubject(key: Data<"GuestRegKeyNameSpec">): FaultSubject {
  return { keyName: key.registryPath };
}

function valueSubject({ keyName, name }: Data<"GuestRegValueNameSpec">): FaultSubject {
  return { keyName: keyName.registryPath, valueName: name };
}
