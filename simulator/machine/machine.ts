import type { GuestAgent, GuestUser } from "../guest/guest-agent";
import type { EsxiHost } from "../esxi/host";
import { BootTimer } from "./boot-timer";

export type PowerState = "poweredOn" | "poweredOff" | "suspended";

/** What the vCenter knows of VMware Tools; `rebooting` answers as notRunning does, but with the faults of a reboot. */
export type ToolsState = "notInstalled" | "notRunning" | "rebooting" | "running";

/** Whether the vCenter can reach a machine; with its host it loses all that run there. */
export type ConnectionState = "connected" | "disconnected" | "orphaned" | "inaccessible" | "invalid";

/** The fixed traits of a simulated machine. */
export interface MachineIdentity {
  /** Managed object id. */
  readonly moid: string;
  readonly instanceUuid: string;
  readonly biosUuid: string;
  /** `[datastore] dir/name.vmx`. */
  readonly datastorePath: string;
  readonly ipAddress: string;
  readonly dnsName: string;
  readonly os: "linux" | "windows";
  /** Directory that is the guest's root. */
  readonly root: string;
}

/** Settings that may change while the machine runs. */
export interface MachineSettings {
  name: string;
  toolsVersion: "12.2.0" | "13.0.10";
  bootDelayMilliseconds: number;
  /** Guest operations served at once; one more is refused with TaskInProgress. */
  operationsPerVm: number;
  /** A desktop user is logged in: interactive sessions are served. */
  interactive: boolean;
  /** Accounts of the guest, of its own. */
  readonly users: GuestUser[];
  /** guest.guestOperationsReady is told. */
  readonly reportsReadiness: boolean;
  /** vCenter users that may not see it. */
  readonly hiddenFrom: Set<string>;
}

/** What a machine tells its surroundings. */
export interface MachineEvents {
  /** Anything that a property shows has changed. */
  changed(): void;
  /** Transfer URLs are dead: power change, vMotion or removal (docs/reference/guest-operations.md#transfers). */
  disrupted(machine: Machine): void;
}

/** A virtual machine: power, Tools, host, and the agent that acts inside while it is on. */
export class Machine {
  readonly ref: { readonly type: "VirtualMachine"; readonly value: string };
  readonly extraConfig = new Map<string, string>();
  readonly createdAt = new Date();
  powerState: PowerState = "poweredOff";
  connectionState: ConnectionState = "connected";
  toolsState: ToolsState = "notRunning";
  /** Tools have reported at least once: guest.* data is there and survives power-off. */
  toolsReported = false;
  toolsInstallerMounted = false;
  bootTime: Date | undefined;
  operationsInFlight = 0;
  /** Added to the clock of the guest, in milliseconds. */
  clockOffsetMilliseconds = 0;

  #disposed = false;
  readonly #boot = new BootTimer();
  #agent: Promise<GuestAgent> | undefined;
  readonly #createAgent: (machine: Machine) => Promise<GuestAgent>;
  readonly #events: MachineEvents;

  constructor(
    readonly identity: MachineIdentity,
    readonly settings: MachineSettings,
    public host: EsxiHost,
    createAgent: (machine: Machine) => Promise<GuestAgent>,
    events: MachineEvents,
  ) {
    this.#createAgent = createAgent;
    this.#events = events;
    this.ref = { type: "VirtualMachine", value: identity.moid };
  }

  get guestOperationsReady(): boolean {
    return this.powerState === "poweredOn" && this.toolsState === "running";
  }

  /** The agent inside, started at its first use after power-on. */
  async agent(): Promise<GuestAgent> {
    if (this.#disposed) throw new Error(`machine ${this.settings.name} is gone`);
    return this.#agent ?? this.#startAgent();
  }

  #startAgent(): Promise<GuestAgent> {
    const starting = this.#createAgent(this);
    this.#agent = starting;
    // An agent that could not start is tried again at the next use.
    starting.catch(() => {
      if (this.#agent === starting) this.#agent = undefined;
    });
    return starting;
  }

  powerOn(): void {
    const resumed = this.powerState === "suspended";
    this.powerState = "poweredOn";
    this.bootTime ??= new Date();
    this.#bootTools(resumed ? 0 : this.settings.bootDelayMilliseconds, "notRunning");
  }

  async powerOff(): Promise<void> {
    this.#leaveRunning("poweredOff");
    this.bootTime = undefined;
    await this.#stopAgent();
  }

  suspend(): void {
    this.#leaveRunning("suspended");
  }

  /** Hard reset, or a reboot asked of the guest: programs end, Tools come back after the boot delay. */
  async reset(): Promise<void> {
    this.#events.disrupted(this);
    this.bootTime = new Date();
    this.#bootTools(this.settings.bootDelayMilliseconds, "rebooting");
    await this.#stopAgent();
  }

  /** Moves to another host; programs run on, transfer URLs die. */
  migrate(host: EsxiHost): void {
    this.host = host;
    this.#events.disrupted(this);
    this.#events.changed();
  }

  /** Restarts Tools inside the guest: it forgets the programs it started. */
  async restartTools(): Promise<void> {
    if (this.#agent !== undefined) await (await this.#agent).restartTools();
  }

  /** Sets readiness by hand; a pending boot is decided with it. */
  setToolsState(state: ToolsState): void {
    this.#boot.cancel();
    this.toolsState = state;
    if (state === "running") this.toolsReported = true;
    this.#events.changed();
  }

  mountToolsInstaller(mounted: boolean): void {
    this.toolsInstallerMounted = mounted;
    this.#events.changed();
  }

  /** Sets extraConfig entries; an empty value removes its key, as ReconfigVM_Task does. */
  configure(entries: readonly (readonly [key: string, value: string])[]): void {
    for (const [key, value] of entries) {
      if (value === "") this.extraConfig.delete(key);
      else this.extraConfig.set(key, value);
    }
    this.#events.changed();
  }

  /** Changes a guest account's password. Throws for an unknown account. */
  setGuestPassword(user: string, password: string): void {
    const { users, name } = this.settings;
    const index = users.findIndex((one) => one.name === user);
    const account = users[index];
    if (account === undefined) throw new Error(`machine ${name} has no guest account ${user}`);
    users[index] = { ...account, password };
  }

  rename(name: string): void {
    this.settings.name = name;
    this.#events.changed();
  }

  /** Ends everything that runs for the machine: at removal and at the simulator's end. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#boot.cancel();
    this.#events.disrupted(this);
    await this.#stopAgent();
  }

  #leaveRunning(state: "poweredOff" | "suspended"): void {
    this.powerState = state;
    this.#boot.cancel();
    if (this.toolsState !== "notInstalled") this.toolsState = "notRunning";
    this.#events.disrupted(this);
    this.#events.changed();
  }

  #bootTools(delayMilliseconds: number, meanwhile: "notRunning" | "rebooting"): void {
    if (this.toolsState !== "notInstalled") {
      this.toolsState = meanwhile;
      this.#boot.start(delayMilliseconds, () => this.setToolsState("running"));
    }
    this.#events.changed();
  }

  async #stopAgent(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent !== undefined) await (await agent).shutdown();
  }
}
