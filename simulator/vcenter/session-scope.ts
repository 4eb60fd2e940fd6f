import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Call } from "./call";
import type { ManagedObject } from "./managed-object";
import type { Registry } from "./registry";
import type { Session } from "./sessions";

/** Objects that belong to a session and go with it: views, property collectors, filters. */
export class SessionScope {
  readonly #objects = new Map<Session, Set<ManagedObjectReference>>();
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Registers the object for the session of the call. Throws NotAuthenticated without one. */
  add<T extends ManagedObject>(object: T, call: Call): T["ref"] {
    if (call.session === undefined) throw new Fault("NotAuthenticated");
    const owned = this.#objects.get(call.session) ?? new Set();
    this.#objects.set(call.session, owned.add(object.ref));
    return this.#registry.add(object).ref;
  }

  remove(ref: ManagedObjectReference): void {
    for (const owned of this.#objects.values()) owned.delete(ref);
    this.#registry.remove(ref);
  }

  /** Everything that the call's session owns. */
  of(call: Call): ManagedObjectReference[] {
    return call.session === undefined ? [] : [...(this.#objects.get(call.session) ?? [])];
  }

  /** The session has ended. */
  drop(session: Session): void {
    for (const ref of this.#objects.get(session) ?? []) this.#registry.remove(ref);
    this.#objects.delete(session);
  }
}
