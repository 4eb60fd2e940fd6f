import type { AccessControl } from "./access";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import type { Sessions } from "./sessions";

/** AuthorizationManager: docs/reference/protocol.md#privileges. */
export class AuthorizationManager implements ManagedObject {
  readonly ref = { type: "AuthorizationManager", value: "AuthorizationManager" } as const;
  readonly #access: AccessControl;
  readonly #sessions: Sessions;

  constructor(access: AccessControl, sessions: Sessions) {
    this.#access = access;
    this.#sessions = sessions;
  }

  readonly properties: Properties<"AuthorizationManager"> = {};

  readonly methods: MethodHandlers<"AuthorizationManager"> = {
    HasPrivilegeOnEntities: ({ entity, sessionId, privId = [] }) =>
      entity.map((one) => ({
        entity: one,
        privAvailability: privId.map((id) => ({ privId: id, isGranted: this.#granted(sessionId, id) })),
      })),
    HasPrivilegeOnEntity: ({ sessionId, privId = [] }) => privId.map((id) => this.#granted(sessionId, id)),
    FetchUserPrivilegeOnEntities: ({ entities, userName }) =>
      entities.map((entity) => ({ entity, privileges: this.#access.privilegesOf(userName) ?? allPrivileges })),
  };

  #granted(sessionKey: string, privilege: string): boolean {
    const user = this.#sessions.all().find((session) => session.key === sessionKey)?.user;
    return user !== undefined && this.#access.allows(user, privilege);
  }
}

/** What a user with all privileges is said to have: those that the simulator checks. */
const allPrivileges = [
  "System.Anonymous",
  "System.View",
  "System.Read",
  ...["Query", "Modify", "Execute", "QueryAliases", "ModifyAliases"].map((p) => `VirtualMachine.GuestOperations.${p}`),
  ...["PowerOn", "PowerOff", "Reset", "Suspend", "ToolsInstall"].map((p) => `VirtualMachine.Interact.${p}`),
];
