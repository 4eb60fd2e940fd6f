import type {
  GuestAliases,
  GuestAliasManager,
  GuestAliasSpec,
  GuestAuthSubject,
  GuestMappedAliases,
} from "../../vim/guest-operations/guest-alias-manager";
import type { Operation } from "../../operation/operation";
import { offered, type PerformInVm } from "./manager-call";

/**
 * GuestAliasManager of one VM: whose SAML tokens a guest account accepts (docs/reference/guest-operations.md#aliases).
 * Errors: GuestError.
 */
export class VmGuestAliases {
  readonly #perform: PerformInVm;

  constructor(perform: PerformInVm) {
    this.#perform = perform;
  }

  /** Adding what is there already succeeds. */
  addGuestAlias(alias: GuestAliasSpec, op: Operation): Promise<void> {
    return this.#perform("AddGuestAlias", alias.username, op, ({ alias: manager }, vm, login, call) =>
      manage(manager).addGuestAlias(vm, login, alias, call),
    );
  }

  /** `base64Cert` as listGuestAliases tells it. */
  removeGuestAlias(username: string, base64Cert: string, subject: GuestAuthSubject, op: Operation): Promise<void> {
    return this.#perform("RemoveGuestAlias", username, op, ({ alias: manager }, vm, login, call) =>
      manage(manager).removeGuestAlias(vm, login, username, base64Cert, subject, call),
    );
  }

  removeGuestAliasByCert(username: string, base64Cert: string, op: Operation): Promise<void> {
    return this.#perform("RemoveGuestAliasByCert", username, op, ({ alias: manager }, vm, login, call) =>
      manage(manager).removeGuestAliasByCert(vm, login, username, base64Cert, call),
    );
  }

  listGuestAliases(username: string, op: Operation): Promise<GuestAliases[]> {
    return this.#perform("ListGuestAliases", username, op, ({ alias: manager }, vm, login, call) =>
      manage(manager).listGuestAliases(vm, login, username, call),
    );
  }

  listGuestMappedAliases(op: Operation): Promise<GuestMappedAliases[]> {
    return this.#perform("ListGuestMappedAliases", "", op, ({ alias: manager }, vm, login, call) =>
      manage(manager).listGuestMappedAliases(vm, login, call),
    );
  }
}

function manage(manager: GuestAliasManager | undefined): GuestAliasManager {
  return offered(manager, "guest aliases");
}
