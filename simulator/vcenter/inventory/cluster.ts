import type { Properties } from "../managed-object";
import { entityProperties, refsOf, type Entity } from "./entity";

/** What the cluster and its resource pool know of their surroundings. */
export interface ClusterContents {
  hosts(): readonly Entity[];
  machines(): readonly Entity[];
  datastores(): readonly Entity[];
  networks(): readonly Entity[];
}

/** ClusterComputeResource: holds the hosts and the root resource pool. */
export class Cluster implements Entity {
  readonly ref = { type: "ClusterComputeResource", value: "domain-c7" } as const;
  readonly pool: RootResourcePool;
  readonly #clusterName: string;
  readonly #contents: ClusterContents;

  constructor(
    clusterName: string,
    readonly parent: Entity,
    contents: ClusterContents,
  ) {
    this.#clusterName = clusterName;
    this.#contents = contents;
    this.pool = new RootResourcePool(this, contents);
  }

  entityName = (): string => this.#clusterName;
  children = (): readonly Entity[] => [...this.#contents.hosts(), this.pool];
  readonly methods = {};

  readonly properties: Properties<"ClusterComputeResource"> = {
    ...entityProperties({ entityName: () => this.#clusterName, parent: undefined }),
    parent: () => this.parent.ref,
    resourcePool: () => this.pool.ref,
    host: () => refsOf(this.#contents.hosts()),
    datastore: () => refsOf(this.#contents.datastores()),
    network: () => refsOf(this.#contents.networks()),
  };
}

/** The resource pool that every cluster has. */
class RootResourcePool implements Entity {
  readonly ref = { type: "ResourcePool", value: "resgroup-8" } as const;
  readonly #contents: ClusterContents;

  constructor(
    readonly parent: Cluster,
    contents: ClusterContents,
  ) {
    this.#contents = contents;
  }

  entityName = (): string => "Resources";
  children = (): readonly Entity[] => [];
  members = (): readonly Entity[] => this.#contents.machines();
  readonly methods = {};

  readonly properties: Properties<"ResourcePool"> = {
    ...entityProperties({ entityName: this.entityName, parent: undefined }),
    parent: () => this.parent.ref,
    owner: () => this.parent.ref,
    resourcePool: () => [],
    vm: () => refsOf(this.#contents.machines()),
  };
}
