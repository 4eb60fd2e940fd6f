import { GuestError, hasCode } from "../errors/guest-error";
import { ManagedObjectReference } from "../soap/managed-object-reference";
import { AuthorizationManager } from "../vim/authorization-manager";
import type { CallOptions } from "../soap/soap-call";
import { userSession } from "../vim/session-manager";
import type { Guest, GuestCredential } from "./guest";
import type { GuestNetwork, GuestSystemInfo, ServerIdentity, ServerProduct, VmIdentity } from "../vcenter/machine";
import type { GuestCalls } from "./calls/guest-calls";
import type { Transfers } from "./transfer/transfers";
import { VmInUse, type Wires } from "./vm-in-use";
import type { Operation } from "../operation/operation";
import { OperationQueue } from "./calls/operation-queue";
import { Slots } from "../operation/slots";
import { isReady, waitUntilReady } from "../vcenter/inventory/readiness";
import { TransferRouter, UnreachableHosts } from "./transfer/route";
import { TransferService } from "./transfer/transfer-service";
import { TransferTrust } from "./transfer/host-trust";
import { VCenterConnection } from "../vcenter/connection";
import { askServer } from "../vcenter/server-patience";
import { allDone } from "../operation/all-done";
import { KeyedMemo } from "../operation/memo";
import type { VCenterSettings } from "../vcenter/settings";
import { VCenterVm } from "../vcenter/inventory/virtual-machine";
import { VmFinder } from "../vcenter/inventory/finder";
import { MachineTasks } from "../vcenter/inventory/machine-tasks";
import { register, type Registration } from "../vcenter/inventory/registration";
import { describeSelector, type VmSelector } from "../vcenter/inventory/selector";

/** Guest operations that all VMs of one server have under way at a time. */
const operationsAtOnce = 32;
/** Of these, so many on one ESXi host: each is work for its hostd, which serves others too. */
const operationsAtOncePerHost = 8;

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

  /** What its product calls itself; read once. */
  async product(op: Operation): Promise<ServerProduct> {
    const { fullName, apiType, apiVersion } = (await this.#connection.content({ signal: op.signal })).about;
    return { fullName, apiType, apiVersion };
  }

  /** All VMs that the user may see, with the state of their power and Tools. */
  async virtualMachines(op: Operation): Promise<{ readonly identity: VmIdentity; readonly system: GuestSystemInfo }[]> {
    const what = () => "Listing the VMs";
    const records = await askServer(this.#connection, what, op, () => this.#finder.all({ signal: op.signal }));
    return records.map(({ identity, system }) => ({ identity, system }));
  }

  /** Inventory paths, `/DC0/vm/web`, by managed object id; those that can't be told whole are left out. */
  inventoryPaths(moids: readonly string[], op: Operation): Promise<ReadonlyMap<string, string>> {
    const what = () => "Reading the paths of the VMs";
    return askServer(this.#connection, what, op, () => this.#finder.paths(moids, { signal: op.signal }));
  }

  /** The guest's network adapters; none where Tools never told. */
  networks({ moid }: VmIdentity, op: Operation): Promise<GuestNetwork[]> {
    const vm = new ManagedObjectReference("VirtualMachine", moid);
    const what = () => `Reading the network adapters of VM ${moid}`;
    return askServer(this.#connection, what, op, () => this.#finder.networks(vm, { signal: op.signal }));
  }

  /** State of power and Tools: at most some seconds old while the VM is ready, a fresh look while it is not. */
  async systemInfo({ moid }: VmIdentity, op: Operation): Promise<GuestSystemInfo> {
    const { vm } = await this.#find({ moid }, op);
    return this.#look(vm, op);
  }

  /** Waits until guest operations can work; VM_NOT_READY says what is missing when `op.deadlineMs` passes. */
  async waitUntilReady({ moid }: VmIdentity, op: Operation): Promise<GuestSystemInfo> {
    const { vm } = await this.#find({ moid }, op);
    return waitUntilReady(vm.identity, () => this.#look(vm, op), op);
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
    let system = await this.#look(inUse.vm, op);
    if (options.waitUntilReady && !isReady(system)) {
      system = await waitUntilReady(inUse.vm.identity, () => this.#look(inUse.vm, op), op);
    }
    return inUse.guest(credential, system);
  }

  /** The bare guest operations of a VM, named as in the API, for what the facade does not offer. */
  async calls(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<GuestCalls> {
    return (await this.#wire(selector, credential, op)).calls;
  }

  /** Contents of files to and from a VM, without what the facade adds. */
  async transfers(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<Transfers> {
    return (await this.#wire(selector, credential, op)).transfers;
  }

  /** What the server itself does with a VM: power, Tools, registration. */
  async tasks(selector: VmSelector, op: Operation): Promise<MachineTasks> {
    const { vm } = await this.#find(selector, op);
    const look = (looking: Operation) => this.#watch(vm, looking, () => vm.look());
    return new MachineTasks(this.#connection, vm.identity, { look, changed: () => vm.doubt() });
  }

  /** Powers the VM on; false where it was on already. */
  async powerOn(selector: VmSelector, op: Operation): Promise<boolean> {
    return (await this.tasks(selector, op)).power("on", op);
  }

  /** Puts a machine whose files are there into the inventory. */
  async register(registration: Registration, op: Operation): Promise<VmIdentity> {
    const moid = await register(this.#connection, registration, op);
    return this.findVirtualMachine({ moid }, op);
  }

  /** Which of these privileges (e.g. "VirtualMachine.GuestOperations.Execute") the login holds on a VM. */
  privileges(
    { moid }: VmIdentity,
    privilegeIds: readonly string[],
    op: Operation,
  ): Promise<ReadonlyMap<string, boolean>> {
    const what = () => `Reading the privileges on VM ${moid}`;
    const ask = () => this.#privileges(moid, privilegeIds, { signal: op.signal });
    return askServer(this.#connection, what, op, ask);
  }

  async #privileges(
    moid: string,
    privilegeIds: readonly string[],
    call: CallOptions,
  ): Promise<ReadonlyMap<string, boolean>> {
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

  /** Logs out, ends the connections, and forgets which logins were refused; a later use opens a session again. Never fails. */
  async close(): Promise<void> {
    for (const inUse of this.#vms.values()) inUse.forget();
    await allDone([...this.#vms.values()].map((inUse) => inUse.release()));
    await this.#connection.close();
  }

  #find(selector: VmSelector, op: Operation): Promise<VmInUse> {
    const what = () => `Finding VM ${describeSelector(selector)}`;
    return askServer(this.#connection, what, op, () => this.#lookUp(selector));
  }

  async #lookUp(selector: VmSelector): Promise<VmInUse> {
    // Shared: not for one of the callers to cancel.
    const moid = this.#moids.get(JSON.stringify(selector), async () => {
      const known = typeof selector === "string" ? undefined : this.#vms.get(selector["moid"] ?? "");
      if (known !== undefined) return known.vm.identity.moid;
      const record = await this.#finder.find(selector, {});
      const vm = this.#vms.get(record.identity.moid)?.vm ?? new VCenterVm(record, this.#finder);
      this.#use(vm);
      return vm.identity.moid;
    });
    const inUse = this.#vms.get(await moid);
    if (inUse !== undefined) return inUse;
    this.#moids.delete(JSON.stringify(selector));
    return this.#lookUp(selector);
  }

  #use(vm: VCenterVm): void {
    const { moid } = vm.identity;
    if (this.#vms.has(moid)) return;
    const queue = new OperationQueue({
      run: (work, signal) => this.#slotsOfHost(vm).run(() => this.#slots.run(work, signal), signal),
    });
    const transferHosts = this.#settings.transferHosts ?? {};
    const route = this.#settings.transfer ?? "auto";
    const tools = {
      connection: this.#connection,
      queue,
      transfers: new TransferService(this.#connection, this.#transferTrust, transferHosts, vm),
      router: new TransferRouter({ route, unreachable: this.#unreachable, hostOfVm: vm }),
      privileges: (ids: readonly string[], op: Operation) => this.privileges(vm.identity, ids, op),
      lookAtVm: (op: Operation) => this.#watch(vm, op, () => vm.look()),
      areCommandsOff: (op: Operation) => vm.hasGuestCommandsOff({ signal: op.signal }),
      failed: (error: unknown) => this.#learnFrom(vm, error),
    };
    this.#vms.set(moid, new VmInUse(vm, tools));
  }

  /** The host is looked up for each operation: the VM may move. */
  #slotsOfHost(vm: VCenterVm): Slots {
    const host = vm.host()?.value ?? "";
    let slots = this.#slotsByHost.get(host);
    if (slots === undefined) this.#slotsByHost.set(host, (slots = new Slots(operationsAtOncePerHost)));
    return slots;
  }

  #look(vm: VCenterVm, op: Operation): Promise<GuestSystemInfo> {
    return this.#watch(vm, op, () => vm.systemInfo());
  }

  async #watch(vm: VCenterVm, op: Operation, look: () => Promise<GuestSystemInfo>): Promise<GuestSystemInfo> {
    const what = () => `Reading the state of VM "${vm.identity.name}" (${vm.identity.moid})`;
    try {
      return await askServer(this.#connection, what, op, look);
    } catch (error) {
      this.#learnFrom(vm, error);
      throw error;
    }
  }

  async #wire(selector: VmSelector, credential: GuestCredential, op: Operation): Promise<Wires> {
    const inUse = await this.#find(selector, op);
    const system = await this.#look(inUse.vm, op);
    return inUse.wires(credential, system);
  }

  #learnFrom(vm: VCenterVm, error: unknown): void {
    if (hasCode(error, "VM_NOT_READY") || hasCode(error, "BUSY")) vm.doubt();
    if (hasCode(error, "VM_NOT_FOUND")) this.#vms.delete(vm.identity.moid);
  }
}

function noAuthorization({ where }: VCenterConnection): GuestError {
  return new GuestError("SERVER_FAULT", `${where} does not tell the privileges of its sessions.`);
}
