import type { GuestCredential } from "../../guest/guest-agent";
import type { Data } from "../../soap/schema/types";
import type { ManagedObject, MethodHandlers } from "../managed-object";
import { credentialOf, type GuestOperations } from "./guest-operations";

/** GuestAuthManager: docs/reference/guest-operations.md#guest-login. */
export class GuestAuthManager implements ManagedObject {
  readonly ref = { type: "GuestAuthManager", value: "guestOperationsAuthManager" } as const;
  readonly properties = {};
  readonly #guests: GuestOperations;

  constructor(guests: GuestOperations) {
    this.#guests = guests;
  }

  readonly methods: MethodHandlers<"GuestAuthManager"> = {
    ValidateCredentialsInGuest: (parameters) =>
      this.#guests.run("ValidateCredentialsInGuest", parameters, {}, (agent, auth) =>
        agent.validateCredentialsInGuest(auth),
      ),
    AcquireCredentialsInGuest: ({ vm, requestedAuth, sessionID }) =>
      this.#guests.run("AcquireCredentialsInGuest", { vm, auth: requestedAuth }, {}, async (agent) =>
        authenticationOf(await agent.acquireCredentialsInGuest(credentialOf(requestedAuth), sessionID)),
      ),
    ReleaseCredentialsInGuest: (parameters) =>
      this.#guests.run("ReleaseCredentialsInGuest", parameters, {}, (agent, auth) =>
        agent.releaseCredentialsInGuest(auth),
      ),
  };
}

function authenticationOf({ type, ...fields }: GuestCredential): Data<"GuestAuthentication"> {
  return { $type: type, ...fields } as Data<"GuestAuthentication">;
}
