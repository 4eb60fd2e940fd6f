import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { ManagedObject, type CallOptions } from "./managed-object";
import { boolean, dataObject, reference, repeated, required, text } from "./xsd";

const entityPrivilege = dataObject({
  entity: required(reference),
  privAvailability: repeated(dataObject({ privId: required(text), isGranted: required(boolean) })),
});

/** vCenter's rights. */
export class AuthorizationManager extends ManagedObject {
  /**
   * Which of `privIds` the session holds on each entity (docs/reference/protocol.md#privileges). `sessionId`:
   * UserSession.key.
   */
  hasPrivilegeOnEntities(
    entities: readonly ManagedObjectReference[],
    sessionId: string,
    privIds: readonly string[],
    call: CallOptions = {},
  ) {
    const parameters = { entity: entities, sessionId, privId: privIds };
    return this.repeatable("HasPrivilegeOnEntities", parameters, repeated(entityPrivilege), call);
  }
}
