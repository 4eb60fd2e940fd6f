import type { CallLog } from "./controls/call-log";
import { type CallRecord } from "./controls/call-log";
import type { Interference } from "./controls/interference";
import {
  type ConnectionReset,
  type Delay,
  type HttpError,
  type InjectedFault,
  type RequestEvent,
  type TransferTrouble,
} from "./controls/interference";
import type { EsxiHost } from "./esxi/host";
import type { TransferTickets } from "./esxi/transfer-tickets";
import type { Certificate } from "./http/certificate";
import type { Machine } from "./machine/machine";
import type { MachinePark } from "./machine/machine-park";
import { SimulatedHost } from "./simulated-host";
import { SimulatedVm } from "./simulated-vm";
import type { Teardown } from "./teardown";
import type { AccessControl } from "./vcenter/access";
import { descendants, escapeName, type Entity } from "./vcenter/inventory/entity";
import type { Vcenter } from "./vcenter/vcenter";

/** The parts that a running simulator is made of. */
export interface SimulatorParts {
  readonly vcenter: Vcenter;
  readonly park: MachinePark;
  readonly hosts: readonly EsxiHost[];
  readonly access: AccessControl;
  readonly tickets: TransferTickets;
  readonly log: CallLog;
  readonly interference: Interference;
  /** The vCenter's own. */
  readonly certificate: Certificate;
  readonly authorityPath: string;
  readonly authorityPem: string;
  readonly url: string;
  readonly settings: { latencyMilliseconds: number };
  readonly warnings: readonly string[];
  readonly teardown: Teardown;
}

/** A running simulated vCenter with its hosts and machines: what tests hold in their hands. */
export class Simulator {
  readonly #vms = new Map<Machine, SimulatedVm>();

  readonly #hosts: readonly SimulatedHost[];
  readonly #parts: SimulatorParts;

  constructor(parts: SimulatorParts) {
    this.#parts = parts;
    this.#hosts = parts.hosts.map((host) => new SimulatedHost(host));
  }

  /** `https://host:port` of the vCenter. */
  get url(): string {
    return this.#parts.url;
  }
  /** `host:port` of the vCenter, as VSPHERE_SERVER takes it. */
  get server(): string {
    return new URL(this.#parts.url).host;
  }
  /** Path of the PEM file to trust: the CA that signed the vCenter, and its hosts unless these sign themselves. */
  get certificate(): string {
    return this.#parts.authorityPath;
  }
  /** What that file holds. */
  get certificatePem(): string {
    return this.#parts.authorityPem;
  }
  /** SHA-256 of the vCenter's own certificate, `AA:BB:…`. */
  get thumbprint(): string {
    return this.#parts.certificate.sha256Thumbprint;
  }
  /** SHA-1 of it. */
  get sha1Thumbprint(): string {
    return this.#parts.certificate.sha1Thumbprint;
  }

  /** The machines in the inventory, in the order they were made. */
  get vms(): readonly SimulatedVm[] {
    return this.#parts.vcenter.inventory.machines().map(({ machine }) => this.#vmOf(machine));
  }

  /** The machine of this name or moid. Throws when there is none. */
  vm(nameOrMoid: string): SimulatedVm {
    const found = this.vms.find((vm) => vm.name === nameOrMoid || vm.moid === nameOrMoid);
    if (found === undefined) throw new Error(`the simulator has no virtual machine "${nameOrMoid}"`);
    return found;
  }

  get hosts(): readonly SimulatedHost[] {
    return this.#hosts;
  }

  /** The host of this name or index. Throws when there is none. */
  host(nameOrIndex: string | number): SimulatedHost {
    const found = this.#hosts.find((host, index) => host.name === nameOrIndex || index === nameOrIndex);
    if (found === undefined) throw new Error(`the simulator has no host "${nameOrIndex}"`);
    return found;
  }

  /** What people should know, one sentence each: what is not isolated on this machine, and who can reach it. */
  get warnings(): readonly string[] {
    return this.#parts.warnings;
  }

  /** Every request seen so far, oldest first: SOAP calls and the PUTs and GETs of transfers. */
  get calls(): readonly CallRecord[] {
    return this.#parts.log.records;
  }
  clearCalls(): void {
    this.#parts.log.clear();
  }

  /** Number of open sessions. */
  get sessions(): number {
    return this.#parts.vcenter.sessions.all().length;
  }
  /** Ends every session, as idle time would. */
  expireSessions(): void {
    this.#parts.vcenter.sessions.closeAll();
  }
  /** Kills every transfer URL, as time would. */
  expireTransfers(): void {
    this.#parts.tickets.killAll();
  }

  /** Added to every request from now on. */
  setLatency(milliseconds: number): void {
    this.#parts.settings.latencyMilliseconds = milliseconds;
  }
  /** Privileges of a vCenter user; undefined grants all. */
  setPrivileges(user: string, privileges: readonly string[] | undefined): void {
    this.#parts.access.setPrivileges(user, privileges);
  }

  injectFault(fault: InjectedFault): void {
    this.#parts.interference.add({ kind: "fault", ...fault });
  }
  resetConnection(reset: ConnectionReset): void {
    this.#parts.interference.add({ kind: "reset", ...reset });
  }
  httpError(error: HttpError): void {
    this.#parts.interference.add({ kind: "http", ...error });
  }
  delay(delay: Delay): void {
    this.#parts.interference.add({ kind: "delay", ...delay });
  }
  /** Does something just before a request is looked at: for what has to happen at this very moment. */
  onRequest(event: RequestEvent): void {
    this.#parts.interference.add({ kind: "event", ...event });
  }
  /** Cuts or slows the bytes of transfers; `method` is PUT or GET. */
  disturbTransfer(trouble: TransferTrouble): void {
    this.#parts.interference.add({ kind: "transfer", ...trouble });
  }
  /** Forgets all disturbances that have not happened yet. */
  clearDisturbances(): void {
    this.#parts.interference.clear();
  }

  /** Ends servers, machines and their processes, and removes what is not to be kept. */
  stop(): Promise<void> {
    return this.#parts.teardown.run();
  }

  #vmOf(machine: Machine): SimulatedVm {
    const known = this.#vms.get(machine);
    if (known !== undefined) return known;
    const vm = new SimulatedVm(machine, {
      migrate: (one, host) => one.migrate(this.#esxiHost(this.host(host))),
      remove: async (one) => {
        if (this.#parts.vcenter.inventory.removeMachine(one)) await this.#parts.park.destroy(one);
      },
      inventoryPath: (one) => this.#pathOf(one),
    });
    this.#vms.set(machine, vm);
    return vm;
  }

  #esxiHost(host: SimulatedHost): EsxiHost {
    return this.#parts.hosts[this.#hosts.indexOf(host)] as EsxiHost;
  }

  #pathOf(machine: Machine): string {
    const names: string[] = [];
    const root = this.#parts.vcenter.inventory.root;
    let at: Entity | undefined = [...descendants(root)].find((entity) => entity.ref.value === machine.ref.value);
    for (; at !== undefined && at !== root; at = at.parent) names.unshift(escapeName(at.entityName()));
    return names.length === 0 ? "" : `/${names.join("/")}`;
  }
}
