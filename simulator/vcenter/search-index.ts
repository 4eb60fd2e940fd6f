import type { ManagedObjectReference } from "../soap/schema/notation";
import { descendants, escapeName, type Entity } from "./inventory/entity";
import type { Call } from "./call";
import { isVisible, type ManagedObject, type MethodHandlers } from "./managed-object";
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
    FindByInventoryPath: ({ inventoryPath }, call) => this.#shown(this.#byPath(inventoryPath), call),
    FindByUuid: (query, call) => this.#byUuid(query, call)[0],
    FindAllByUuid: (query, call) => this.#byUuid(query, call),
    FindByIp: (query, call) => this.#byIp(query, call)[0],
    FindAllByIp: (query, call) => this.#byIp(query, call),
    FindByDnsName: (query, call) => this.#byDnsName(query, call)[0],
    FindAllByDnsName: (query, call) => this.#byDnsName(query, call),
    FindByDatastorePath: ({ datacenter, path }, call) =>
      this.#machines(datacenter, call).find(({ machine }) => machine.identity.datastorePath === path)?.ref,
    FindChild: ({ entity, name }, call) => this.#shown(childNamed(this.#registry.get(entity) as Entity, name), call),
  };

  /** What the caller may not see is not found. */
  #shown(entity: Entity | undefined, call: Call): ManagedObjectReference | undefined {
    return entity !== undefined && isVisible(entity, call) ? entity.ref : undefined;
  }

  #byPath(path: string): Entity | undefined {
    const segments = path.split("/").filter((segment) => segment !== "");
    let at: Entity | undefined = this.#root;
    for (const segment of segments) at = at && childNamed(at, segment);
    return at;
  }

  #byUuid(
    query: {
      readonly uuid: string;
      readonly vmSearch: boolean;
      readonly instanceUuid?: boolean | undefined;
      readonly datacenter?: ManagedObjectReference | undefined;
    },
    call: Call,
  ): ManagedObjectReference[] {
    const uuid = query.uuid.toLowerCase();
    return this.#matching(query, call, ({ machine: { identity } }) =>
      query.instanceUuid === true ? identity.instanceUuid === uuid : identity.biosUuid === uuid,
    );
  }

  /** Only machines whose Tools have reported can be found by what Tools report. */
  #byIp(query: { readonly ip: string; readonly vmSearch: boolean }, call: Call): ManagedObjectReference[] {
    return this.#matching(
      query,
      call,
      ({ machine }) => machine.toolsReported && machine.identity.ipAddress === query.ip,
    );
  }

  #byDnsName(query: { readonly dnsName: string; readonly vmSearch: boolean }, call: Call): ManagedObjectReference[] {
    const name = query.dnsName.toLowerCase();
    return this.#matching(query, call, ({ machine }) => machine.toolsReported && machine.identity.dnsName === name);
  }

  #matching(
    query: { readonly vmSearch: boolean; readonly datacenter?: ManagedObjectReference | undefined },
    call: Call,
    matches: (vm: VirtualMachine) => boolean,
  ): ManagedObjectReference[] {
    if (!query.vmSearch) return [];
    return this.#machines(query.datacenter, call)
      .filter(matches)
      .map((vm) => vm.ref);
  }

  #machines(datacenter: ManagedObjectReference | undefined, call: Call): VirtualMachine[] {
    const top = datacenter === undefined ? this.#root : (this.#registry.get(datacenter) as Entity);
    return [...descendants(top)].filter((one) => one instanceof VirtualMachine).filter((vm) => isVisible(vm, call));
  }
}

function childNamed(entity: Entity, name: string): Entity | undefined {
  return entity.children().find((child) => escapeName(child.entityName()) === name);
}
