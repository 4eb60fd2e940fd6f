import type { Typed } from "../soap/encode";
import type { SoapRequest } from "../soap/envelope";
import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import { isManaged } from "../soap/schema/tables";
import type { AccessControl } from "./access";
import type { Call } from "./call";
import { readProperty } from "./property-reader";
import type { Registry } from "./registry";

/**
 * Runs decoded calls: session, references, privilege (checks 2 to 4 of
 * docs/reference/guest-operations.md#order-of-checks), then the object's method.
 */
export class Dispatcher {
  readonly #registry: Registry;
  readonly #access: AccessControl;

  constructor(registry: Registry, access: AccessControl) {
    this.#registry = registry;
    this.#access = access;
  }

  /** The result of the call. Throws Fault. */
  async run({ method, target, parameters }: SoapRequest, call: Call): Promise<unknown> {
    if (call.session === undefined && !method.anonymous)
      throw new Fault("NotAuthenticated", { object: target, privilegeId: method.privilege ?? "System.View" });
    const object = this.#registry.get(target);
    if (method.name === "Fetch") return this.#fetch(target, parameters, call);
    if (!isManaged(object.ref.type, method.on))
      throw new Fault("MethodNotFound", { receiver: target, method: method.name });
    const entity = (parameters["vm"] as ManagedObjectReference | undefined) ?? target;
    this.#registry.get(entity);
    this.#checkPrivilege(method.privilege, entity, call);
    const handler = object.methods[method.name];
    if (handler === undefined) throw new Fault("NotSupported");
    return await handler(parameters as never, call);
  }

  #fetch(target: ManagedObjectReference, parameters: Readonly<Record<string, unknown>>, call: Call): Typed | undefined {
    return readProperty(this.#registry.get(target), parameters["prop"] as string, call);
  }

  #checkPrivilege(privilegeId: string | undefined, entity: ManagedObjectReference, call: Call): void {
    if (privilegeId === undefined || call.session === undefined) return;
    if (this.#access.allows(call.session.user, privilegeId)) return;
    throw new Fault("NoPermission", {
      object: entity,
      privilegeId,
      missingPrivileges: [{ entity, privilegeIds: [privilegeId] }],
    });
  }
}
