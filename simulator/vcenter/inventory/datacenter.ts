import type { Properties } from "../managed-object";
import { entityProperties, refsOf, type Entity } from "./entity";
import type { Folder } from "./folder";

/** The four folders of a datacenter. */
export interface DatacenterFolders {
  readonly vm: Folder;
  readonly host: Folder;
  readonly datastore: Folder;
  readonly network: Folder;
}

/** Datacenter. */
export class Datacenter implements Entity {
  readonly ref = { type: "Datacenter", value: "datacenter-2" } as const;
  folders: DatacenterFolders | undefined;
  readonly #datacenterName: string;

  constructor(
    datacenterName: string,
    readonly parent: Entity,
  ) {
    this.#datacenterName = datacenterName;
  }

  entityName = (): string => this.#datacenterName;
  children = (): readonly Entity[] => Object.values<Entity>({ ...this.folders });
  readonly methods = {};

  readonly properties: Properties<"Datacenter"> = {
    ...entityProperties({ entityName: () => this.#datacenterName, parent: undefined }),
    parent: () => this.parent.ref,
    vmFolder: () => this.folders?.vm.ref,
    hostFolder: () => this.folders?.host.ref,
    datastoreFolder: () => this.folders?.datastore.ref,
    networkFolder: () => this.folders?.network.ref,
    datastore: () => refsOf(this.folders?.datastore.entities ?? []),
    network: () => refsOf(this.folders?.network.entities ?? []),
  };
}
