import type { GuestNetwork, GuestSystemInfo, VmIdentity } from "../vcenter/machine";
import type { PowerAction } from "../vcenter/inventory/machine-tasks";
import { resourceKinds, type KindToken } from "../resources";
import { GuestError } from "../errors/guest-error";
import type { Access } from "./access";
import { ManagedResource } from "./managed";
import { LibraryFiles } from "./guest-files";
import { LibraryPrograms } from "./programs";
import { LibraryTransfers } from "./transfers";
import type { WorkOptions } from "./work";

/**
 * One virtual machine and its guest. Nothing is sent before the first use; the machine is looked up then, and known from
 * there on, wherever it moves.
 */
export class VirtualMachine {
  readonly files: LibraryFiles;
  readonly transfers: LibraryTransfers;
  readonly programs: LibraryPrograms;
  readonly #access: Access;

  /** Made by `VSphere.vm`. */
  constructor(access: Access) {
    this.#access = access;
    this.files = new LibraryFiles(access);
    this.transfers = new LibraryTransfers(access, this.files);
    this.programs = new LibraryPrograms(access);
  }

  /** VM_NOT_FOUND with similar names, VM_AMBIGUOUS with all that match. */
  identity(options: WorkOptions = {}): Promise<VmIdentity> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("The lookup", options, (op) => vcenter.findVirtualMachine(selector, op));
  }

  /** Where it is in the inventory: `/DC0/vm/shop/web-1`. */
  path(options: WorkOptions = {}): Promise<string> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("The lookup", options, async (op) => {
      const { moid, name } = await vcenter.findVirtualMachine(selector, op);
      return (await vcenter.inventoryPaths([moid], op)).get(moid) ?? name;
    });
  }

  /** Power, Tools and what Tools told of the guest, read anew where the machine is not ready. */
  async state(options: WorkOptions = {}): Promise<GuestSystemInfo> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("Reading the state", options, async (op) =>
      vcenter.systemInfo(await vcenter.findVirtualMachine(selector, op), op),
    );
  }

  /** The guest's network adapters; none where Tools never told. */
  networks(options: WorkOptions = {}): Promise<GuestNetwork[]> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("Reading the networks", options, async (op) =>
      vcenter.networks(await vcenter.findVirtualMachine(selector, op), op),
    );
  }

  /** Waits until guest operations can work: powered on, and Tools answer. VM_NOT_READY says what is missing. */
  waitUntilReady(options: WorkOptions = {}): Promise<GuestSystemInfo> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("The wait for the Tools", options, async (op) =>
      vcenter.waitUntilReady(await vcenter.findVirtualMachine(selector, op), op),
    );
  }

  /** Which of these vCenter privileges, e.g. VirtualMachine.GuestOperations.Execute, the vSphere user holds. */
  privileges(ids: readonly string[], options: WorkOptions = {}): Promise<ReadonlyMap<string, boolean>> {
    const { vcenter, selector } = this.#access;
    return this.#access.perform("Reading the privileges", options, async (op) =>
      vcenter.privileges(await vcenter.findVirtualMachine(selector, op), ids, op),
    );
  }

  /** Logs in to the guest and does nothing else: GUEST_LOGIN_FAILED where that is refused. */
  validateCredentials(options: WorkOptions = {}): Promise<void> {
    return this.#access.inGuest("The login", options, (guest, op) => guest.validateLogin(op));
  }

  /**
   * Acquires a ticket for the login, which a later `vm(…, { guestTicket })` may use, until it is released or the guest boots.
   * Windows guests only (AcquireCredentialsInGuest). A secret.
   */
  acquireTicket(options: WorkOptions = {}): Promise<string> {
    return this.#access.call("Acquiring a ticket", options, (calls, op) => calls.acquireCredentialsInGuest(op));
  }

  /** Gives the ticket back that is the login. */
  releaseTicket(options: WorkOptions = {}): Promise<void> {
    return this.#access.call("Releasing the ticket", options, (calls, op) => calls.releaseCredentialsInGuest(op));
  }

  /** A resource of this package in the machine, as Pulumi would have it: for `vsphere-guest try`. */
  managed(token: KindToken): ManagedResource {
    const kind = resourceKinds.find((one) => one.token === token);
    if (kind === undefined) throw new GuestError("INVALID_INPUT", `There is no resource ${token}.`);
    return new ManagedResource(kind, this.#access);
  }

  /** False where the machine was in that state already. `shutdown`, `reboot`, `standby` ask the guest, which needs Tools. */
  power(action: PowerAction, options: WorkOptions = {}): Promise<boolean> {
    return this.#access.perform(`The power change (${action})`, options, async (op) =>
      (await this.#tasks(op)).power(action, op),
    );
  }

  /** Connects the CD with the installer of VMware Tools, as vmrun's installTools; `unmountTools` takes it away. */
  mountTools(options: WorkOptions = {}): Promise<void> {
    return this.#access.perform("Mounting the Tools", options, async (op) =>
      (await this.#tasks(op)).mountToolsInstaller(true, op),
    );
  }

  unmountTools(options: WorkOptions = {}): Promise<void> {
    return this.#access.perform("Unmounting the Tools", options, async (op) =>
      (await this.#tasks(op)).mountToolsInstaller(false, op),
    );
  }

  /** Upgrades VMware Tools in the guest, where they run. */
  upgradeTools(options: WorkOptions & { readonly installerOptions?: string } = {}): Promise<void> {
    return this.#access.perform("Upgrading the Tools", options, async (op) =>
      (await this.#tasks(op)).upgradeTools(options.installerOptions, op),
    );
  }

  /** Takes the machine, which must be off, out of the inventory; its files stay. */
  unregister(options: WorkOptions = {}): Promise<void> {
    return this.#access.perform("Unregistering", options, async (op) => (await this.#tasks(op)).unregister(op));
  }

  #tasks(op: Parameters<Access["guest"]>[0]) {
    return this.#access.vcenter.tasks(this.#access.selector, op);
  }
}
