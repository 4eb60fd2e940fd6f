import type { ConnectionState, Machine, PowerState, ToolsState } from "./machine/machine";

/** A virtual machine of a running simulator: what it is called, where its files are, and its switches. */
export class SimulatedVm {
  readonly #machine: Machine;
  readonly #control: {
    /** Index of a host by its name or index. Throws for an unknown one. */
    migrate(machine: Machine, host: string | number): void;
    remove(machine: Machine): Promise<void>;
    inventoryPath(machine: Machine): string;
  };

  constructor(
    machine: Machine,
    control: {
      /** Index of a host by its name or index. Throws for an unknown one. */
      migrate(machine: Machine, host: string | number): void;
      remove(machine: Machine): Promise<void>;
      inventoryPath(machine: Machine): string;
    },
  ) {
    this.#machine = machine;
    this.#control = control;
  }

  get name(): string {
    return this.#machine.settings.name;
  }
  /** Managed object id. */
  get moid(): string {
    return this.#machine.identity.moid;
  }
  get instanceUuid(): string {
    return this.#machine.identity.instanceUuid;
  }
  get biosUuid(): string {
    return this.#machine.identity.biosUuid;
  }
  get ipAddress(): string {
    return this.#machine.identity.ipAddress;
  }
  get dnsName(): string {
    return this.#machine.identity.dnsName;
  }
  /** `[datastore] dir/name.vmx`. */
  get datastorePath(): string {
    return this.#machine.identity.datastorePath;
  }
  /** Inventory path, e.g. `/DC0/vm/vm-1`. */
  get path(): string {
    return this.#control.inventoryPath(this.#machine);
  }
  /** Directory on this machine that is the guest's root. */
  get root(): string {
    return this.#machine.identity.root;
  }
  /** Name of the ESXi host it runs on. */
  get host(): string {
    return this.#machine.host.name;
  }
  get powerState(): PowerState {
    return this.#machine.powerState;
  }
  get toolsState(): ToolsState {
    return this.#machine.toolsState;
  }

  /** What the command line prints of it at start. */
  describe(): {
    readonly name: string;
    readonly moid: string;
    readonly instanceUuid: string;
    readonly path: string;
    readonly root: string;
  } {
    const { name, moid, instanceUuid, path, root } = this;
    return { name, moid, instanceUuid, path, root };
  }

  powerOn(): void {
    if (this.#machine.powerState !== "poweredOn") this.#machine.powerOn();
  }
  /** Pulls the plug: programs end, files stay. */
  async powerOff(): Promise<void> {
    if (this.#machine.powerState !== "poweredOff") await this.#machine.powerOff();
  }
  suspend(): void {
    if (this.#machine.powerState === "poweredOn") this.#machine.suspend();
  }
  /** Reboots: programs end, Tools come back after the boot delay. */
  async reset(): Promise<void> {
    if (this.#machine.powerState === "poweredOn") await this.#machine.reset();
  }
  /** vMotion to a host given by name or index: programs run on, transfer URLs die. */
  migrate(host: string | number): void {
    this.#control.migrate(this.#machine, host);
  }
  /** Tools answer or not, whatever the boot would have brought. */
  setToolsState(state: ToolsState): void {
    this.#machine.setToolsState(state);
  }
  /** The vCenter can reach it or not; where it is inaccessible or invalid, its configuration can't be read. */
  setConnectionState(state: ConnectionState): void {
    this.#machine.connectionState = state;
  }
  setBootDelay(milliseconds: number): void {
    this.#machine.settings.bootDelayMilliseconds = milliseconds;
  }
  /** Guest operations served at once; more are refused with TaskInProgress. Infinity: no limit. */
  setOperationsPerVm(limit: number): void {
    this.#machine.settings.operationsPerVm = limit;
  }
  /** A desktop user is logged in or not. */
  setInteractive(interactive: boolean): void {
    this.#machine.settings.interactive = interactive;
  }
  /** Changes the password of an account in the guest. Throws for an unknown account. */
  setGuestPassword(user: string, password: string): void {
    this.#machine.setGuestPassword(user, password);
  }
  /** extraConfig, e.g. `guest.commands.enabled`; an empty value removes the key. */
  setExtraConfig(key: string, value: string): void {
    this.#machine.configure([[key, value]]);
  }
  /** Restarts the Tools service: it forgets the programs it started. */
  async restartTools(): Promise<void> {
    await this.#machine.restartTools();
  }
  /** Steps the guest's clock by so much. */
  stepClock(milliseconds: number): void {
    this.#machine.clockOffsetMilliseconds += milliseconds;
  }
  rename(name: string): void {
    this.#machine.rename(name);
  }
  /** A vCenter user may see the machine, or may not: without System.View it is not found, and nothing of it is told. */
  setVisible(user: string, visible: boolean): void {
    if (visible) this.#machine.settings.hiddenFrom.delete(user);
    else this.#machine.settings.hiddenFrom.add(user);
  }
  /** Deletes the machine with its files. */
  async remove(): Promise<void> {
    await this.#control.remove(this.#machine);
  }
}
