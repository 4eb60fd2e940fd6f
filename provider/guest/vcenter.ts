import { createHash } from "node:crypto";
import { GuestError, hasCode } from "../errors/guest-error";
import { follow } from "../operation/abort";
import { ManagedObjectReference } from "../soap/managed-object-reference";
import { AuthorizationManager } from "../vim/authorization-manager";
import { userSession } from "../vim/session-manager";
import type { Guest, GuestCredential, GuestFamily } from "./guest";
import type { GuestNetwork, GuestSystemInfo, ServerIdentity, VmIdentity } from "../vcenter/machine";
import { GuestCalls } from "./calls/guest-calls";
import { Transfers } from "./transfer/transfers";
import { familyOf, openGuest } from "./open-guest";
import type { Operation } from "../operation/operation";
import { OperationQueue } from "./calls/operation-queue";
import { Slots } from "../operation/slots";
import { isReady, waitUntilReady } from "../vcenter/inventory/readiness";
import { TransferRouter, UnreachableHosts } from "./transfer/route";
import { TransferService } from "./transfer/transfer-service";
import { TransferTrust } from "./transfer/host-trust";
import { VCenterConnection } from "../vcenter/connection";
import { KeyedMemo } from "../operation/memo";
import type { VCenterSettings } from "../vcenter/settings";
import { VCenterVm } from "../vcenter/inventory/virtual-machine";
import { VmFinder } from "../vcenter/inventory/finder";
import type { VmSelector } from "../vcenter/inventory/selector";

/** Guest operations that all VMs of one server have under way at a time. */
const operationsAtOnce = 32;
/** Of these, so many on one ESXi host: each is work for its hostd, which serves others too. */
const operationsAtOncePerHost = 8;

/** One VM in use: what is known of it, its queue, its transfers, and a facade per login. */
interface VmInUse {
  readonly vm: VCenterVm;
  readonly queue: OperationQueue;
  readonly transfers: TransferService;
  readonly router: TransferRouter;
  readonly guests: Map<string, Guest>;
}

/** What talks to one guest under one login. */
interface Wires {
  readonly calls: GuestCalls;
  readonly transfers: Transfers;
}

/** One vSphere server, under one login: finds VMs and opens their guests. Nothing is sent before the first use. */
export class VCenter {
  readonly #settings: VCenterSettings;
  readonly #connection: VCenterConnection;
  readonly #finder: VmFinder;
  readonly #transferTrust: TransferTrust;
  readonly #unreachable = new UnreachableHosts();
  readonly #slots = new Slots(operationsAtOnce);
  readonly #slotsByHost = new Map<string, Slots>();
  readonly #moids = new KeyedMemo<string, string>();
  readonly #vms = new Map<string, VmInUse>();

  constructor(settings: VCenterSettings) {
    this.#settings = settings;
    this.#connection = new VCenterConnection(settings);
    this.#finder = new VmFinder(this.#connection);
    this.#transferTrust = new TransferTrust(settings, this.#connection);
  }

  /**
   * The VM that is meant; remembered for the life of the process. VM_NOT_FOUND with similar names, VM_AMBIGUOUS with
   * all that match.
   */
  async findVirtualMachine(selector: VmSelector, op: Operation): Promise<VmIdentity> {
    return (await this.#find(selector, op)).vm.identity;
  }

  /** The VM of that id by a fresh look; undefined when there is none. VCENTER_PERMISSION_DENIED where it may not be seen. */
  async registered(moid: string, op: Operation): Promise<VmIdentity | undefined> {
    const reference = new ManagedObjectReference("VirtualMachine", moid);
    const [record] = await this.#finder.read([reference], { signal: op.signal });
    return record?.identity;
  }

  /** Which server this is; read once. */
  server(op: Operation): Promise<ServerIdentity> {
    return this.#connection.identity({ signal: op.signal });
  }

  /** All VMs that the user may see, with the state of their power and Tools. */
  async virtualMachines(op: Operation): Promise<{ readonly identity: VmIdentity; readonly system: GuestSystemInfo }[]> {
    const records = await this.#finder.all({ signal: op.signal });
    return records.map(({ identity, system }) => ({ identity, system }));
  }

  /** The guest's network adapters; none where Tools never told. */
  networks({ moid }: VmIdentity, op: Operation): Promise<GuestNetwork[]> {
    return this.#finder.networks(new ManagedObjectReference("VirtualMachine", moid), { signal: op.signal });
  }

  /** State of power and Tools: at most some seconds old while the VM is ready, a fresh look while it is not. */
  async systemInfo({ moid }: VmIdentity, op: Operation): Promise<GuestSystemInfo> {
    const { vm } = await this.#find({ moid }, op);
    return follow(this.#look(vm), op.signal);
  }

  /** Waits until guest operations can work; VM_NOT_READY says what is missing when `op.deadlineMs` passes. */
  async waitUntilReady({ moid }: VmIdentity, op: Operation): Promise<GuestSystemInfo> {
    const { vm } = await this.#find({ moid }, op);
    return waitUntilReady(vm.identity, () => follow(this.#look(vm), op.signal), op);
  }

  /**
   * The guest of a VM under a login. The same facade for the same login, so that its callers share looks. With
   * `waitUntilReady` it waits for Tools until `op.deadlineMs`; without, `system` of the result tells.
   */
  async guest(
    selector: VmSelector,
    credential: GuestCredential,
    op: Operation,
    options: { readonly waitUntilReady: boolean } = { waitUntilReady: false },
  ): Promise<Guest> {
    const inUse = await this.#find(selector, op);
    let system = await follow(this.#look(inUse.vm), op.signal);
    if (options.waitUntilReady && !isReady(system)) {
      system = await waitUntilReady(inUse.vm.identity, () => follow(this.#look(inUse.vm), op.signal), op);
    }
    return this.#open(inUse, credential, system);
  }

  /** The bare guest operations of a VM, named as in the API, for what the facade does not offer. */
  async calls(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<GuestCalls> {
    return (await this.#wire(selector, credential, op)).calls;
  }

  /** Contents of files to and from a VM, without what the facade adds. */
  async transfers(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<Transfers> {
    return (await this.#wire(selector, credential, op)).transfers;
  }

  /** Which of these privileges (e.g. "VirtualMachine.GuestOperations.Execute") the login holds on a VM. */
  async privileges(
    { moid }: VmIdentity,
    privilegeIds: readonly string[],
    op: Operation,
  ): Promise<ReadonlyMap<string, boolean>> {
    const call = { signal: op.signal };
    const { authorizationManager, sessionManager } = await this.#connection.content(call);
    if (authorizationManager === undefined || sessionManager === undefined) throw noAuthorization(this.#connection);
    const collector = await this.#connection.propertyCollector(call);
    const [session] = await collector.retrieve([sessionManager], { currentSession: userSession }, call);
    const key = session?.properties.currentSession?.key;
    if (key === undefined) throw noAuthorization(this.#connection);
    const manager = new AuthorizationManager(this.#connection.soap, authorizationManager);
    const vm = new ManagedObjectReference("VirtualMachine", moid);
    const found = await manager.hasPrivilegeOnEntities([vm], key, privilegeIds, call);
    return new Map(found.flatMap((entity) => entity.privAvailability.map((p) => [p.privId, p.isGranted] as const)));
  }

  /** Logs out and ends the connections; a later use opens a session again. Never fails. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #find(selector: VmSelector, op: Operation): Promise<VmInUse> {
    // Shared: not for one of the callers to cancel.
    const moid = this.#moids.get(JSON.stringify(selector), async () => {
      const known = typeof selector === "string" ? undefined : this.#vms.get(selector["moid"] ?? "");
      if (known !== undefined) return known.vm.identity.moid;
      const record = await this.#finder.find(selector, {});
      const vm = this.#vms.get(record.identity.moid)?.vm ?? new VCenterVm(record, this.#finder);
      this.#use(vm);
      return vm.identity.moid;
    });
    const inUse = this.#vms.get(await follow(moid, op.signal));
    if (inUse !== undefined) return inUse;
    this.#moids.delete(JSON.stringify(selector));
    return this.#find(selector, op);
  }

  #use(vm: VCenterVm): void {
    const { moid } = vm.identity;
    if (this.#vms.has(moid)) return;
    const queue = new OperationQueue({
      run: (work, signal) => this.#slotsOfHost(vm).run(() => this.#slots.run(work, signal), signal),
    });
    const transferHosts = this.#settings.transferHosts ?? {};
    const transfers = new TransferService(this.#connection, this.#transferTrust, transferHosts, vm);
    const router = new TransferRouter({
      route: this.#settings.transfer ?? "auto",
      unreachable: this.#unreachable,
      hostOfVm: vm,
    });
    this.#vms.set(moid, { vm, queue, transfers, router, guests: new Map() });
  }

  /** The host is looked up for each operation: the VM may move. */
  #slotsOfHost(vm: VCenterVm): Slots {
    const host = vm.host()?.value ?? "";
    let slots = this.#slotsByHost.get(host);
    if (slots === undefined) this.#slotsByHost.set(host, (slots = new Slots(operationsAtOncePerHost)));
    return slots;
  }

  async #look(vm: VCenterVm): Promise<GuestSystemInfo> {
    try {
      return await vm.systemInfo();
    } catch (error) {
      this.#learnFrom(vm, error);
      throw error;
    }
  }

  #open(inUse: VmInUse, credential: GuestCredential, system: GuestSystemInfo): Guest {
    const { vm, guests } = inUse;
    const key = digest(credential);
    const open = guests.get(key);
    if (open !== undefined && open.family === familyOf(system)) return { ...open, system };
    const { calls, transfers } = this.#wires(inUse, credential, familyOf(system));
    const guest = openGuest(calls, transfers, system, (privilegeIds, op) =>
      this.privileges(vm.identity, privilegeIds, op),
    );
    guests.set(key, guest);
    return guest;
  }

  async #wire(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<Wires> {
    const inUse = await this.#find(selector, op);
    const system = await follow(this.#look(inUse.vm), op.signal);
    return this.#wires(inUse, credential, familyOf(system));
  }

  #wires({ vm, queue, transfers, router }: VmInUse, credential: GuestCredential, family: GuestFamily): Wires {
    const context = {
      vm: vm.identity,
      family,
      server: this.#connection.where,
      vsphereUser: this.#connection.user,
      managers: this.#connection.guestManagers,
      queue,
      isSettling: () => vm.isSettling(),
      failed: (error: unknown) => this.#learnFrom(vm, error),
    };
    const calls = new GuestCalls(context, credential);
    return { calls, transfers: new Transfers(calls, transfers, router) };
  }

  #learnFrom(vm: VCenterVm, error: unknown): void {
    if (hasCode(error, "VM_NOT_READY")) vm.doubt();
    if (hasCode(error, "VM_NOT_FOUND")) this.#vms.delete(vm.identity.moid);
  }
}

function noAuthorization({ where }: VCenterConnection): GuestError {
  return new GuestError("SERVER_FAULT", `${where} does not tell the privileges of its sessions.`);
}

/** A key for a map that holds no password. */
function digest(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
