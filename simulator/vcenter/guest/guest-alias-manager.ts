import type { MethodName, ParametersOf, ResultOf } from "../../soap/schema/types";
import type { ManagedObject, MethodHandlers } from "../managed-object";
import type { GuestOperations } from "./guest-operations";

/**
 * GuestAliasManager: docs/reference/guest-operations.md#aliases. Data objects reach the agent as decoded, with their
 * type's name in `$type`.
 */
export class GuestAliasManager implements ManagedObject {
  readonly ref = { type: "GuestAliasManager", value: "guestOperationsAliasManager" } as const;
  readonly properties = {};
  readonly #guests: GuestOperations;

  constructor(guests: GuestOperations) {
    this.#guests = guests;
  }

  readonly methods: MethodHandlers<"GuestAliasManager"> = {
    AddGuestAlias: (p) => this.#run("AddGuestAlias", p),
    RemoveGuestAlias: (p) => this.#run("RemoveGuestAlias", p),
    RemoveGuestAliasByCert: (p) => this.#run("RemoveGuestAliasByCert", p),
    ListGuestAliases: (p) => this.#run("ListGuestAliases", p),
    ListGuestMappedAliases: (p) => this.#run("ListGuestMappedAliases", p),
  };

  #run<M extends MethodName>(method: M, parameters: ParametersOf<M>): Promise<ResultOf<M>> {
    const { vm, auth, ...fields } = parameters as ParametersOf<"ListGuestMappedAliases"> & Record<string, unknown>;
    return this.#guests.run(method, { vm, auth, ...fields }, {}, (agent, credential) =>
      agent.aliasOperation(method, credential, fields),
    ) as Promise<ResultOf<M>>;
  }
}
