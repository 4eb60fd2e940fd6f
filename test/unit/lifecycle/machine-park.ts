import { GuestError, type GuestErrorCode } from "../../../provider/errors/guest-error";
import { type Guest, type GuestCredential, nameOfLogin } from "../../../provider/guest/guest";
import type { GuestSystemInfo, VmIdentity } from "../../../provider/vcenter/machine";
import type { VmSelector } from "../../../provider/guest/vcenter-pool";
import type { GuestSource, LifecycleContext } from "../../../provider/lifecycle/scope/context";
import { GuestObjects } from "../../../provider/lifecycle/scope/guest-objects";

export interface Machine extends VmIdentity {
  powered: boolean;
}

const parkServer = { address: "park.test:443", uuid: "11111111-0000-4000-8000-000000000000" };

/** Machines to be found by name, moid or UUID; stands where a vCenter would. */
export class MachinePark implements GuestSource {
  readonly machines: Machine[] = [];
  /** Every call fails like this. */
  failsWith: GuestErrorCode | undefined;
  readonly said: string[] = [];
  readonly credentials: string[] = [];
  calls = 0;
  readonly #objects = new GuestObjects();

  constructor(...names: string[]) {
    for (const name of names) this.add(name);
  }

  add(name: string): Machine {
    const number = String(this.machines.length + 1);
    const machine = {
      name,
      moid: `vm-${number}`,
      instanceUuid: `00000000-0000-4000-8000-${number.padStart(12, "0")}`,
      server: parkServer,
      powered: true,
    };
    this.machines.push(machine);
    return machine;
  }

  remove(machine: Machine): void {
    this.machines.splice(this.machines.indexOf(machine), 1);
  }

  context(signal: AbortSignal = new AbortController().signal): LifecycleContext {
    const say = (level: string) => (message: string) => void this.said.push(`${level}: ${message}`);
    return {
      urn: undefined,
      signal,
      log: { debug: () => {}, info: say("info"), warn: say("warn") },
      objects: this.#objects,
      connect: () => ({ source: this, guestLogin: { username: "root", password: "pw", interactiveSession: false } }),
    };
  }

  async findVirtualMachine(selector: VmSelector): Promise<Machine> {
    this.calls += 1;
    if (this.failsWith !== undefined) throw new GuestError(this.failsWith, `the park says ${this.failsWith}`);
    const wanted = typeof selector === "string" ? selector : Object.values(selector)[0];
    const found = this.machines.find((one) => [one.name, one.moid, one.instanceUuid].includes(wanted ?? ""));
    if (found === undefined) throw new GuestError("VM_NOT_FOUND", `no virtual machine ${wanted}`);
    return found;
  }

  async registered(moid: string): Promise<Machine | undefined> {
    return this.machines.find((one) => one.moid === moid);
  }

  async server() {
    return parkServer;
  }

  async systemInfo(vm: VmIdentity): Promise<GuestSystemInfo> {
    const machine = await this.findVirtualMachine({ moid: vm.moid });
    return { powerState: machine.powered ? "poweredOn" : "poweredOff", guestOperationsReady: machine.powered };
  }

  async networks() {
    return [];
  }

  async powerOn(selector: VmSelector): Promise<boolean> {
    const vm = await this.findVirtualMachine(selector);
    const wasOn = vm.powered;
    vm.powered = true;
    return !wasOn;
  }

  async virtualMachines() {
    return Promise.all(this.machines.map(async (identity) => ({ identity, system: await this.systemInfo(identity) })));
  }

  async guest(selector: VmSelector, credential: GuestCredential): Promise<Guest> {
    const vm = await this.findVirtualMachine(selector);
    this.credentials.push(nameOfLogin(credential));
    if (!vm.powered) throw new GuestError("VM_NOT_READY", `${vm.name} is powered off`);
    return { vm } as unknown as Guest;
  }
}
