import type { EsxiHost } from "../../esxi/host";
import type { Machine } from "../../machine/machine";
import { Fault } from "../../soap/fault";
import type { ManagedObjectReference } from "../../soap/schema/notation";
import type { MethodHandlers } from "../managed-object";
import { notFound, type Registry } from "../registry";
import { referenceResult, type Tasks } from "../tasks";
import { VirtualMachine, type VirtualMachineSurroundings } from "../virtual-machine";
import { Cluster } from "./cluster";
import { Datacenter } from "./datacenter";
import type { Entity } from "./entity";
import { Folder } from "./folder";
import { HostSystem } from "./host-system";
import { Datastore, Network } from "./storage-and-network";

/** What happens to a machine outside the inventory. */
export interface MachineLifecycle {
  /** A machine that was registered again: a fresh one on the same files. Undefined when no such file is known. */
  revive(
    datastorePath: string,
    moid: string,
    name: string | undefined,
    host: EsxiHost | undefined,
  ): Machine | undefined;
  /** Taken out of the inventory, files kept. */
  retire(machine: Machine): Promise<void>;
  /** Taken out of the inventory, files removed. */
  destroy(machine: Machine): Promise<void>;
}

/** The tree: one datacenter DC0 with folders, a cluster of hosts, a datastore, a network, and the virtual machines. */
export class Inventory {
  readonly root: Folder;
  readonly #vmFolder: Folder;
  readonly #hostFolder: Folder;
  readonly #cluster: Cluster;
  readonly #datastore: Datastore;
  readonly #network: Network;
  readonly #datacenter: Datacenter;
  readonly #machines = new Map<string, { readonly vm: VirtualMachine; readonly folder: Folder }>();
  readonly #hosts: HostSystem[] = [];
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #lifecycle: MachineLifecycle;

  constructor(registry: Registry, tasks: Tasks, lifecycle: MachineLifecycle) {
    this.#registry = registry;
    this.#tasks = tasks;
    this.#lifecycle = lifecycle;
    this.root = this.#folder("group-d1", "Datacenters", ["Folder", "Datacenter"], undefined);
    this.#datacenter = registry.add(new Datacenter("DC0", this.root));
    this.root.entities.push(this.#datacenter);
    this.#vmFolder = this.#folder("group-v3", "vm", ["Folder", "VirtualMachine", "VirtualApp"], this.#datacenter);
    this.#hostFolder = this.#folder("group-h4", "host", ["Folder", "ComputeResource"], this.#datacenter);
    const datastoreFolder = this.#folder("group-s5", "datastore", ["Folder", "Datastore"], this.#datacenter);
    const networkFolder = this.#folder("group-n6", "network", ["Folder", "Network"], this.#datacenter);
    this.#datacenter.folders = {
      vm: this.#vmFolder,
      host: this.#hostFolder,
      datastore: datastoreFolder,
      network: networkFolder,
    };
    const machines = (): Entity[] => this.machines();
    this.#datastore = registry.add(new Datastore(datastoreFolder, machines));
    datastoreFolder.entities.push(this.#datastore);
    this.#network = registry.add(new Network(networkFolder, machines, () => this.#hosts));
    networkFolder.entities.push(this.#network);
    this.#cluster = registry.add(
      new Cluster("cluster1", this.#hostFolder, {
        hosts: () => this.#hosts,
        machines,
        datastores: () => [this.#datastore],
        networks: () => [this.#network],
      }),
    );
    registry.add(this.#cluster.pool);
    this.#hostFolder.entities.push(this.#cluster);
  }

  addHost(host: EsxiHost): void {
    const machines = (): Entity[] => this.machines().filter(({ machine }) => machine.host === host);
    this.#hosts.push(
      this.#registry.add(
        new HostSystem(host, this.#cluster, {
          machines,
          datastores: () => [this.#datastore],
          networks: () => [this.#network],
        }),
      ),
    );
  }

  /** Puts a machine into the folder of this path below `vm`, made when it is missing. */
  addMachine(machine: Machine, folderPath: string): void {
    const folder = this.#folderAt(folderPath);
    const vm = this.#registry.add(new VirtualMachine(machine, folder, this.#surroundings(folder)));
    folder.entities.push(vm);
    this.#machines.set(machine.ref.value, { vm, folder });
  }

  /** Takes a machine out; false when it was not there. */
  removeMachine(machine: Machine): boolean {
    const found = this.#machines.get(machine.ref.value);
    if (found === undefined) return false;
    this.#machines.delete(machine.ref.value);
    found.folder.entities.splice(found.folder.entities.indexOf(found.vm), 1);
    this.#registry.remove(machine.ref);
    return true;
  }

  machines(): VirtualMachine[] {
    return [...this.#machines.values()].map(({ vm }) => vm);
  }

  /** The machine of a reference. Throws ManagedObjectNotFound. */
  machine(ref: ManagedObjectReference): Machine {
    const found = this.#machines.get(ref.value);
    if (found === undefined) throw notFound(ref);
    return found.vm.machine;
  }

  /** Moid and name of a machine, only the moid when there is none. */
  namesOf(ref: ManagedObjectReference): readonly string[] {
    const name = this.#machines.get(ref.value)?.vm.entityName();
    return name === undefined ? [ref.value] : [ref.value, name];
  }

  #host(ref: ManagedObjectReference): EsxiHost {
    const host = this.#hosts.find((candidate) => candidate.ref.value === ref.value)?.host;
    if (host === undefined) throw notFound(ref);
    return host;
  }

  #folder(id: string, name: string, childTypes: readonly string[], parent: Entity | undefined): Folder {
    const folder: Folder = new Folder(
      id,
      name,
      childTypes,
      parent,
      this.#folderMethods(() => folder),
    );
    return this.#registry.add(folder);
  }

  #folderAt(path: string): Folder {
    let at = this.#vmFolder;
    for (const name of path.split("/").filter((segment) => segment !== "")) {
      const found = at.entities.find((entity) => entity instanceof Folder && entity.entityName() === name);
      if (found instanceof Folder) {
        at = found;
        continue;
      }
      const made = this.#folder(this.#registry.nextId("group-v"), name, ["Folder", "VirtualMachine"], at);
      at.entities.push(made);
      at = made;
    }
    return at;
  }

  #folderMethods(folder: () => Folder): MethodHandlers<"Folder"> {
    return {
      RegisterVM_Task: ({ path, name, host }, call) =>
        this.#tasks.start(
          {
            method: "RegisterVM_Task",
            descriptionId: "Folder.registerVm",
            entity: folder().ref,
            entityName: folder().entityName(),
            user: call.session?.user ?? "",
          },
          async () => referenceResult(this.#register(folder(), path, name, host)),
        ),
    };
  }

  #register(
    folder: Folder,
    path: string,
    name: string | undefined,
    host: ManagedObjectReference | undefined,
  ): ManagedObjectReference {
    if (this.machines().some(({ machine }) => machine.identity.datastorePath === path))
      throw new Fault("AlreadyExists", { name: path });
    if (name !== undefined && nameTaken(folder, name)) throw new Fault("DuplicateName", { name, object: folder.ref });
    const target = host && this.#host(host);
    const machine = this.#lifecycle.revive(path, this.#registry.nextId("vm"), name, target);
    if (machine === undefined) throw new Fault("NotFound");
    this.addMachine(machine, pathOf(folder));
    return machine.ref;
  }

  #surroundings(folder: Folder): VirtualMachineSurroundings {
    return {
      tasks: this.#tasks,
      resourcePool: this.#cluster.pool.ref,
      datastore: this.#datastore.ref,
      network: this.#network.ref,
      host: (ref) => this.#host(ref),
      nameTaken: (name) => nameTaken(folder, name),
      unregister: async (machine) => {
        if (this.removeMachine(machine)) await this.#lifecycle.retire(machine);
      },
      destroy: async (machine) => {
        if (this.removeMachine(machine)) await this.#lifecycle.destroy(machine);
      },
    };
  }
}

function nameTaken(folder: Folder, name: string): boolean {
  return folder.entities.some((entity) => entity.entityName() === name);
}

/** Path of a folder below `vm`. */
function pathOf(folder: Folder): string {
  const names: string[] = [];
  for (let at: Entity | undefined = folder; at instanceof Folder; at = at.parent) names.unshift(at.entityName());
  return names.slice(1).join("/");
}
