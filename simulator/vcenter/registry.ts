import { EventEmitter } from "node:events";
import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import { isManaged } from "../soap/schema/tables";
import type { ManagedObject } from "./managed-object";

/** All managed objects by id, and the signal that something of them has changed. */
export class Registry {
  readonly #objects = new Map<string, ManagedObject>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #lastNumber = 1000;

  add<T extends ManagedObject>(object: T): T {
    this.#objects.set(object.ref.value, object);
    this.changed();
    return object;
  }

  remove(ref: ManagedObjectReference): void {
    if (this.#objects.delete(ref.value)) this.changed();
  }

  /** The object of a reference. Throws ManagedObjectNotFound, also when the reference names another type. */
  get(ref: ManagedObjectReference): ManagedObject {
    const object = this.find(ref);
    if (object === undefined) throw notFound(ref);
    return object;
  }

  find(ref: ManagedObjectReference): ManagedObject | undefined {
    const object = this.#objects.get(ref.value);
    return object !== undefined && isManaged(object.ref.type, ref.type) ? object : undefined;
  }

  /** A fresh id, e.g. `task-1001`. */
  nextId(prefix: string): string {
    return `${prefix}-${++this.#lastNumber}`;
  }

  /** Wakes those who wait for updates. */
  changed(): void {
    this.#changes.emit("change");
  }

  /** Calls back at each change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#changes.on("change", listener);
    return () => void this.#changes.off("change", listener);
  }
}

/** ManagedObjectNotFound in the words of a real server (docs/reference/faults.md#texts). */
export function notFound(ref: ManagedObjectReference): Fault {
  const text = `The object 'vim.${ref.type}:${ref.value}' has already been deleted or has not been completely created`;
  return new Fault("ManagedObjectNotFound", { obj: ref }, text);
}
