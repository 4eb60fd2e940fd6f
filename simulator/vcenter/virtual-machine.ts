import type { EsxiHost } from "../esxi/host";
import type { Machine } from "../machine/machine";
import { Fault } from "../soap/fault";
import type { Typed } from "../soap/encode";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Call } from "./call";
import { entityProperties, type Entity } from "./inventory/entity";
import type { MethodHandlers, Properties } from "./managed-object";
import type { Tasks } from "./tasks";
import {
  configInfo,
  guestInfo,
  hasReadableConfig,
  heartbeat,
  runtimeInfo,
  summary,
} from "./virtual-machine-properties";

/** What a virtual machine needs of its vCenter. */
export interface VirtualMachineSurroundings {
  readonly tasks: Tasks;
  readonly resourcePool: ManagedObjectReference;
  readonly datastore: ManagedObjectReference;
  readonly network: ManagedObjectReference;
  host(ref: ManagedObjectReference): EsxiHost;
  /** Another machine in the same folder has this name. */
  nameTaken(name: string): boolean;
  /** Takes the machine out of the inventory; its files stay. */
  unregister(machine: Machine): Promise<void>;
  /** Takes the machine out of the inventory with its files. */
  destroy(machine: Machine): Promise<void>;
}

type TaskRef = { readonly type: "Task"; readonly value: string };

/** The tasks' names for people, with the type that declares the method and its name on the wire. */
const taskMethods = {
  powerOn: ["VirtualMachine", "PowerOnVM_Task"],
  powerOff: ["VirtualMachine", "PowerOffVM_Task"],
  reset: ["VirtualMachine", "ResetVM_Task"],
  suspend: ["VirtualMachine", "SuspendVM_Task"],
  upgradeTools: ["VirtualMachine", "UpgradeTools_Task"],
  reconfigure: ["VirtualMachine", "ReconfigVM_Task"],
  migrate: ["VirtualMachine", "MigrateVM_Task"],
  relocate: ["VirtualMachine", "RelocateVM_Task"],
  rename: ["ManagedEntity", "Rename_Task"],
  destroy: ["ManagedEntity", "Destroy_Task"],
} as const;
type TaskAction = keyof typeof taskMethods;

/**
 * VirtualMachine: its properties (docs/reference/protocol.md#properties-of-a-machine) and methods
 * (docs/reference/protocol.md#power-and-registration).
 */
export class VirtualMachine implements Entity {
  readonly ref: Machine["ref"];
  readonly hiddenFrom: ReadonlySet<string>;
  readonly #around: VirtualMachineSurroundings;

  constructor(
    readonly machine: Machine,
    readonly parent: Entity,
    around: VirtualMachineSurroundings,
  ) {
    this.#around = around;
    this.ref = machine.ref;
    this.hiddenFrom = machine.settings.hiddenFrom;
  }

  entityName = (): string => this.machine.settings.name;
  children = (): readonly Entity[] => [];

  readonly properties: Properties<"VirtualMachine"> = {
    ...entityProperties({ entityName: () => this.entityName(), parent: undefined }),
    parent: () => this.parent.ref,
    config: () => (hasReadableConfig(this.machine) ? configInfo(this.machine) : undefined),
    resourcePool: () => this.#around.resourcePool,
    runtime: () => runtimeInfo(this.machine),
    guest: () => guestInfo(this.machine),
    summary: () => summary(this.machine),
    datastore: () => [this.#around.datastore],
    network: () => [this.#around.network],
    guestHeartbeatStatus: () => heartbeat(this.machine),
  };

  readonly methods: MethodHandlers<"VirtualMachine"> & MethodHandlers<"ManagedEntity"> = {
    PowerOnVM_Task: (_parameters, call) => this.#powerTask("powerOn", call, ["poweredOff", "suspended"], "poweredOn"),
    PowerOffVM_Task: (_parameters, call) => this.#powerTask("powerOff", call, ["poweredOn", "suspended"], "poweredOff"),
    ResetVM_Task: (_parameters, call) => this.#powerTask("reset", call, ["poweredOn"], "poweredOn"),
    SuspendVM_Task: (_parameters, call) => this.#powerTask("suspend", call, ["poweredOn"], "suspended"),
    ShutdownGuest: () => this.#askGuest(() => this.machine.powerOff()),
    RebootGuest: () => this.#askGuest(() => this.machine.reset()),
    StandbyGuest: () => this.#askGuest(() => this.machine.suspend()),
    MountToolsInstaller: () => this.#mountInstaller(true),
    UnmountToolsInstaller: () => this.#mountInstaller(false),
    UpgradeTools_Task: (_parameters, call) =>
      this.#task("upgradeTools", call, async () => {
        this.#needTools();
        await this.machine.restartTools();
      }),
    ReconfigVM_Task: ({ spec }, call) => this.#task("reconfigure", call, () => this.#reconfigure(spec)),
    MigrateVM_Task: ({ host }, call) => this.#task("migrate", call, () => this.#moveTo(host)),
    RelocateVM_Task: ({ spec }, call) => this.#task("relocate", call, () => this.#moveTo(spec.host)),
    UnregisterVM: () => {
      this.#needState(["poweredOff"], "poweredOff");
      return this.#around.unregister(this.machine);
    },
    Rename_Task: ({ newName }, call) => this.#task("rename", call, () => this.#rename(newName)),
    Destroy_Task: (_parameters, call) =>
      this.#task("destroy", call, async () => {
        this.#needState(["poweredOff"], "poweredOff");
        await this.#around.destroy(this.machine);
      }),
  };

  #task(action: TaskAction, call: Call, work: () => Promise<Typed | void> | void): TaskRef {
    const [type, method] = taskMethods[action];
    const subject = {
      method,
      descriptionId: `${type}.${action}`,
      entity: this.ref,
      entityName: this.entityName(),
      user: call.session?.user ?? "",
    };
    const running = this.#around.tasks.runningOn(this.ref);
    if (running !== undefined) throw new Fault("TaskInProgress", { task: running });
    return this.#around.tasks.start(subject, async () => (await work()) ?? undefined);
  }

  #powerTask(
    action: "powerOn" | "powerOff" | "reset" | "suspend",
    call: Call,
    allowed: readonly Machine["powerState"][],
    requested: Machine["powerState"],
  ): TaskRef {
    return this.#task(action, call, () => {
      this.#needState(allowed, requested);
      return this.machine[action]();
    });
  }

  #needState(allowed: readonly Machine["powerState"][], requestedState: Machine["powerState"]): void {
    const existingState = this.machine.powerState;
    if (!allowed.includes(existingState)) throw new Fault("InvalidPowerState", { requestedState, existingState });
  }

  #needTools(): void {
    this.#needState(["poweredOn"], "poweredOn");
    if (this.machine.toolsState !== "running") throw new Fault("ToolsUnavailable");
  }

  /** The guest is asked and obeys later: the call does not wait for it. */
  #askGuest(action: () => Promise<void> | void): void {
    this.#needTools();
    setImmediate(() => void Promise.resolve(action()).catch(() => undefined));
  }

  #mountInstaller(mounted: boolean): void {
    this.#needState(["poweredOn"], "poweredOn");
    this.machine.mountToolsInstaller(mounted);
  }

  #reconfigure(spec: {
    readonly name?: string | undefined;
    readonly extraConfig?: readonly { readonly key: string; readonly value: unknown }[] | undefined;
  }): void {
    if (spec.name !== undefined) this.#rename(spec.name);
    this.machine.configure((spec.extraConfig ?? []).map(({ key, value }) => [key, String(value)]));
  }

  #rename(name: string): void {
    if (name === this.entityName()) return;
    if (this.#around.nameTaken(name)) throw new Fault("DuplicateName", { name, object: this.ref });
    this.machine.rename(name);
  }

  #moveTo(host: ManagedObjectReference | undefined): void {
    if (host !== undefined) this.machine.migrate(this.#around.host(host));
  }
}
