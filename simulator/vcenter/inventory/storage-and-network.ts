import type { Properties } from "../managed-object";
import { entityProperties, refsOf, type Entity } from "./entity";

const tebibyte = 2 ** 40;
const url = "ds:///vmfs/volumes/datastore1/";

/** Datastore: only named, never read. */
export class Datastore implements Entity {
  readonly ref = { type: "Datastore", value: "datastore-9" } as const;
  readonly #machines: () => readonly Entity[];

  constructor(
    readonly parent: Entity,
    machines: () => readonly Entity[],
  ) {
    this.#machines = machines;
  }

  entityName = (): string => "datastore1";
  children = (): readonly Entity[] => [];
  readonly methods = {};

  readonly properties: Properties<"Datastore"> = {
    ...entityProperties({ entityName: this.entityName, parent: undefined }),
    parent: () => this.parent.ref,
    vm: () => refsOf(this.#machines()),
    info: () => ({ name: this.entityName(), url, freeSpace: 2 * tebibyte, maxFileSize: 64 * tebibyte }),
    summary: () => ({
      datastore: this.ref,
      name: this.entityName(),
      url,
      capacity: 4 * tebibyte,
      freeSpace: 2 * tebibyte,
      accessible: true,
      multipleHostAccess: true,
      type: "VMFS",
      maintenanceMode: "normal",
    }),
  };
}

/** Network. */
export class Network implements Entity {
  readonly ref = { type: "Network", value: "network-10" } as const;
  readonly #machines: () => readonly Entity[];
  readonly #hosts: () => readonly Entity[];

  constructor(
    readonly parent: Entity,
    machines: () => readonly Entity[],
    hosts: () => readonly Entity[],
  ) {
    this.#machines = machines;
    this.#hosts = hosts;
  }

  entityName = (): string => "VM Network";
  children = (): readonly Entity[] => [];
  readonly methods = {};

  readonly properties: Properties<"Network"> = {
    ...entityProperties({ entityName: this.entityName, parent: undefined }),
    parent: () => this.parent.ref,
    vm: () => refsOf(this.#machines()),
    host: () => refsOf(this.#hosts()),
  };
}
