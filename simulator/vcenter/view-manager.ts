import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import { isManaged, isManagedType } from "../soap/schema/tables";
import type { Call } from "./call";
import { contained, type Entity } from "./inventory/entity";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import type { Registry } from "./registry";
import type { SessionScope } from "./session-scope";

/** ViewManager: docs/reference/protocol.md#finding-machines. Views belong to the session that made them. */
export class ViewManager implements ManagedObject {
  readonly ref = { type: "ViewManager", value: "ViewManager" } as const;
  readonly #registry: Registry;
  readonly #scope: SessionScope;

  constructor(registry: Registry, scope: SessionScope) {
    this.#registry = registry;
    this.#scope = scope;
  }

  readonly properties: Properties<"ViewManager"> = {
    viewList: (call) => this.#scope.of(call).filter((object) => object.type.endsWith("View")),
  };

  readonly methods: MethodHandlers<"ViewManager"> = {
    CreateContainerView: ({ container, type = [], recursive }, call) => {
      const unknown = type.find((name) => !isManagedType(name));
      if (unknown !== undefined) throw new Fault("InvalidArgument", { invalidProperty: "type" });
      const top = this.#registry.get(container) as Entity;
      return this.#keep(new ContainerView(this.#id(), top, type, recursive, this.#scope), call);
    },
    CreateListView: ({ obj = [] }, call) => this.#keep(new ListView(this.#id(), obj, this.#scope), call),
  };

  #id(): string {
    return this.#registry.nextId("session[52]view");
  }

  #keep(view: ManagedObject, call: Call): ManagedObjectReference {
    return this.#scope.add(view, call);
  }
}

/** ContainerView: the entities below a container, looked up at each read. */
class ContainerView implements ManagedObject {
  readonly ref: ManagedObjectReference;
  readonly #container: Entity;
  readonly #types: readonly string[];
  readonly #recursive: boolean;
  readonly #scope: SessionScope;

  constructor(id: string, container: Entity, types: readonly string[], recursive: boolean, scope: SessionScope) {
    this.#container = container;
    this.#types = types;
    this.#recursive = recursive;
    this.#scope = scope;
    this.ref = { type: "ContainerView", value: id };
  }

  readonly properties: Properties<"ContainerView"> = {
    container: () => this.#container.ref,
    type: () => this.#types,
    recursive: () => this.#recursive,
    view: () => this.#view(),
  };

  readonly methods: MethodHandlers<"View"> = { DestroyView: () => this.#scope.remove(this.ref) };

  #view(): ManagedObjectReference[] {
    return contained(this.#container, this.#recursive)
      .map((entity) => entity.ref)
      .filter((ref) => this.#types.length === 0 || this.#types.some((type) => isManaged(ref.type, type)));
  }
}

/** ListView: the objects it was given. */
class ListView implements ManagedObject {
  readonly ref: ManagedObjectReference;
  readonly #objects: readonly ManagedObjectReference[];
  readonly #scope: SessionScope;

  constructor(id: string, objects: readonly ManagedObjectReference[], scope: SessionScope) {
    this.#objects = objects;
    this.#scope = scope;
    this.ref = { type: "ListView", value: id };
  }

  readonly properties: Properties<"ListView"> = { view: () => this.#objects };
  readonly methods: MethodHandlers<"View"> = { DestroyView: () => this.#scope.remove(this.ref) };
}
