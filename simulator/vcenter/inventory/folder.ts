import type { MethodHandlers, Properties } from "../managed-object";
import { entityProperties, refsOf, type Entity } from "./entity";

/** Folder: a named list of entities. */
export class Folder implements Entity {
  readonly ref: { readonly type: "Folder"; readonly value: string };
  readonly entities: Entity[] = [];
  readonly #folderName: string;
  readonly #childTypes: readonly string[];

  constructor(
    moid: string,
    folderName: string,
    childTypes: readonly string[],
    readonly parent: Entity | undefined,
    readonly methods: MethodHandlers<"Folder">,
  ) {
    this.#folderName = folderName;
    this.#childTypes = childTypes;
    this.ref = { type: "Folder", value: moid };
  }

  entityName = (): string => this.#folderName;
  children = (): readonly Entity[] => this.entities;

  readonly properties: Properties<"Folder"> = {
    ...entityProperties({ entityName: () => this.#folderName, parent: undefined }),
    parent: () => this.parent?.ref,
    childType: () => this.#childTypes,
    childEntity: () => refsOf(this.entities),
  };
}
