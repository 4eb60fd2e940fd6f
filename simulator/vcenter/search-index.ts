import type { ManagedObjectReference } from "../soap/schema/notation";
import { descendants, escapeName, type Entity } from "./inventory/entity";
import type { ManagedObject, MethodHandlers } from "./managed-object";
import type { Registry } from "./registry";
import { VirtualMachine } from "./virtual-machine";

/** SearchIndex: docs/reference/protocol.md#finding-machines. Not found is no fault but no result. */
export class SearchIndex implements ManagedObject {
  readonly ref = { type: "SearchIndex", value: "SearchIndex" } as const;
  readonly properties = {};
  readonly #root: Entity;
  readonly #registry: Registry;

  constructor(root: Entity, registry: Registry) {
    this.#root = root;
    this.#registry = registry;
  }

  readonly methods: MethodHandlers<"SearchIndex"> = {
    FindByInventoryPath: ({ inventoryPath }) => this.#byPath(inventoryPath),
    FindByUuid: (query) => this.#byUuid(query)[0],
    FindAllByUuid: (query) => this.#byUuid(query),
    FindByIp: (query) => this.#byIp(query)[0],
    FindAllByIp: (query) => this.#byIp(query),
    FindByDnsName: (query) => this.#byDnsName(query)[0],
    FindAllByDnsName: (query) => this.#byDnsName(query),
    FindByDatastorePath: ({ datacenter, path }) =>
      this.#machines(datacenter).find(({ machine }) => machine.identity.datastorePath === path)?.ref,
    FindChild: ({ entity, name }) => childNamed(this.#registry.get(entity) as Entity, name)?.ref,
  };

  #byPath(path: string): ManagedObjectReference | undefined {
    const segments = path.split("/").filter((segment) => segment !== "");
    let at: Entity | undefined = this.#root;
    for (const segment of segments) at = at && childNamed(at, segment);
    return at?.ref;
  }

  #byUuid(query: {
    readonly uuid: string;
    readonly vmSearch: boolean;
    readonly instanceUuid?: boolean | undefined;
    readonly datacenter?: ManagedObjectReference | undefined;
  }): ManagedObjectReference[] {
    const uuid = query.uuid.toLowerCase();
    return this.#matching(query, ({ machine: { identity } }) =>
      query.instanceUuid === true ? identity.instanceUuid === uuid : identity.biosUuid === uuid,
    );
  }

  /** Only machines whose Tools have reported can be found by what Tools report. */
  #byIp(query: { readonly ip: string; readonly vmSearch: boolean }): ManagedObjectReference[] {
    return this.#matching(query, ({ machine }) => machine.toolsReported && machine.identity.ipAddress === query.ip);
  }

  #byDnsName(query: { readonly dnsName: string; readonly vmSearch: boolean }): ManagedObjectReference[] {
    const name = query.dnsName.toLowerCase();
    return this.#matching(query, ({ machine }) => machine.toolsReported && machine.identity.dnsName === name);
  }

  #matching(
    query: { readonly vmSearch: boolean; readonly datacenter?: ManagedObjectReference | undefined },
    matches: (vm: VirtualMachine) => boolean,
  ): ManagedObjectReference[] {
    if (!query.vmSearch) return [];
    return this.#machines(query.datacenter)
      .filter(matches)
      .map((vm) => vm.ref);
  }

  #machines(datacenter: ManagedObjectReference | undefined): VirtualMachine[] {
    const top = datacenter === undefined ? this.#root : (this.#registry.get(datacenter) as Entity);
    return [...descendants(top)].filter((entity) => entity instanceof VirtualMachine);
  }
}

function childNamed(entity: Entity, name: string): Entity | undefined {
  return entity.children().find((child) => escapeName(child.entityName()) === name);
}
