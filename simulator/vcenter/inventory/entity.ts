import type { ManagedObjectReference } from "../../soap/schema/notation";
import type { ManagedObject, Properties } from "../managed-object";

/** An object with a place in the inventory tree. */
export interface Entity extends ManagedObject {
  /** Name as people see it, not escaped. */
  entityName(): string;
  readonly parent: Entity | undefined;
  children(): readonly Entity[];
  /** What a ContainerView finds in it besides: the machines of a host or resource pool. */
  members?(): readonly Entity[];
}

/** Inventory names show `%`, `/` and `\` escaped (docs/reference/protocol.md#finding-machines). */
export function escapeName(name: string): string {
  return name.replaceAll("%", "%25").replaceAll("/", "%2f").replaceAll("\\", "%5c");
}

/** Readers of the properties that every ManagedEntity has. */
export function entityProperties(entity: Pick<Entity, "entityName" | "parent">): Properties<"ManagedEntity"> {
  return {
    name: () => escapeName(entity.entityName()),
    parent: () => entity.parent?.ref,
    overallStatus: () => "green",
    configStatus: () => "green",
    effectiveRole: () => [-1],
    alarmActionsEnabled: () => true,
  };
}

/** The references of objects. */
export const refsOf = (entities: readonly ManagedObject[]): ManagedObjectReference[] => entities.map((e) => e.ref);

/** All entities below, depth first. */
export function* descendants(entity: Entity): Generator<Entity> {
  for (const child of entity.children()) {
    yield child;
    yield* descendants(child);
  }
}

/** What a ContainerView on the entity holds: its children and members, and on demand theirs, each once. */
export function contained(container: Entity, recursive: boolean): Entity[] {
  const found = new Set<Entity>();
  const collect = (entity: Entity): void => {
    for (const one of [...entity.children(), ...(entity.members?.() ?? [])]) {
      if (found.has(one)) continue;
      found.add(one);
      if (recursive) collect(one);
    }
  };
  collect(container);
  return [...found];
}
