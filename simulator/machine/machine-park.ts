import { mkdir, rm } from "node:fs/promises";
import type { EsxiHost } from "../esxi/host";
import { createGuestAgent } from "../guest";
import type { GuestAgent, GuestUser } from "../guest/guest-agent";
import { vmOptions, type ResolvedOptions, type VmOptions } from "../options";
import type { MachineLifecycle } from "../vcenter/inventory/inventory";
import { Machine, type MachineEvents, type MachineIdentity } from "./machine";
import { machineIdentity } from "./machine-names";
import { given } from "../../provider/values/given";

/** Makes the machines of a simulator, and remembers the files of unregistered ones. */
export class MachinePark implements MachineLifecycle {
  readonly #unregistered = new Map<string, { readonly identity: MachineIdentity; readonly name: string }>();
  readonly #all = new Set<Machine>();
  readonly #directories = new Set<string>();
  readonly #options: ResolvedOptions;
  readonly #accounts: readonly GuestUser[];
  readonly #hosts: readonly EsxiHost[];
  readonly #guestsDirectory: string;
  readonly #events: MachineEvents;

  constructor(
    options: ResolvedOptions,
    accounts: readonly GuestUser[],
    hosts: readonly EsxiHost[],
    guestsDirectory: string,
    events: MachineEvents,
  ) {
    this.#options = options;
    this.#accounts = accounts;
    this.#hosts = hosts;
    this.#guestsDirectory = guestsDirectory;
    this.#events = events;
  }

  /** The machines that the options ask for, not yet powered on. */
  initial(): { readonly machine: Machine; readonly vm: VmOptions }[] {
    return vmOptions(this.#options).map((vm, index) => ({ machine: this.#make(vm, index), vm }));
  }

  revive(
    datastorePath: string,
    moid: string,
    name: string | undefined,
    host: EsxiHost | undefined,
  ): Machine | undefined {
    const known = this.#unregistered.get(datastorePath);
    if (known === undefined) return undefined;
    this.#unregistered.delete(datastorePath);
    return this.#build({ ...known.identity, moid }, name ?? known.name, host ?? this.#hostAt(0));
  }

  async retire(machine: Machine): Promise<void> {
    this.#unregistered.set(machine.identity.datastorePath, {
      identity: machine.identity,
      name: machine.settings.name,
    });
    await this.#dispose(machine);
  }

  async destroy(machine: Machine): Promise<void> {
    await this.#dispose(machine);
    await rm(machine.identity.root, { recursive: true, force: true });
  }

  async disposeAll(): Promise<void> {
    await Promise.all([...this.#all].map((machine) => this.#dispose(machine)));
  }

  async #dispose(machine: Machine): Promise<void> {
    this.#all.delete(machine);
    await machine.dispose();
  }

  #make(vm: VmOptions, index: number): Machine {
    const name = vm.name ?? `vm-${index + 1}`;
    const derived = machineIdentity(
      index + 1,
      name,
      this.#freeDirectory(name),
      vm.os ?? this.#options.os,
      this.#guestsDirectory,
    );
    const identity = {
      ...derived,
      instanceUuid: vm.instanceUuid ?? derived.instanceUuid,
      biosUuid: vm.biosUuid ?? derived.biosUuid,
      ipAddress: vm.ipAddress ?? derived.ipAddress,
      dnsName: vm.dnsName ?? derived.dnsName,
    };
    return this.#build(identity, name, this.#hostAt(vm.host ?? index));
  }

  /** The machine's name, with a number where another machine of that name has taken it, as on a datastore. */
  #freeDirectory(name: string): string {
    let directory = name;
    for (let n = 1; this.#directories.has(directory); n++) directory = `${name}_${n}`;
    this.#directories.add(directory);
    return directory;
  }

  #build(identity: MachineIdentity, name: string, host: EsxiHost): Machine {
    const settings = {
      name,
      toolsVersion: this.#options.toolsVersion,
      bootDelayMilliseconds: this.#options.bootDelayMilliseconds,
      operationsPerVm: this.#options.operationsPerVm ?? Infinity,
      interactive: this.#options.interactive,
      users: [...this.#accounts],
      reportsReadiness: this.#options.reportsReadiness,
      hiddenFrom: new Set<string>(),
    };
    const machine = new Machine(identity, settings, host, (one) => this.#createAgent(one), this.#events);
    this.#all.add(machine);
    return machine;
  }

  #hostAt(index: number): EsxiHost {
    return this.#hosts[index % this.#hosts.length] as EsxiHost;
  }

  async #createAgent(machine: Machine): Promise<GuestAgent> {
    const { os, root } = machine.identity;
    await mkdir(root, { recursive: true });
    const { diskQuotaBytes } = this.#options;
    return createGuestAgent({
      os,
      root,
      users: machine.settings.users,
      toolsVersion: machine.settings.toolsVersion,
      sandbox: this.#options.sandbox,
      ...given({ diskQuotaBytes }),
      now: () => Date.now() + machine.clockOffsetMilliseconds,
    });
  }
}
