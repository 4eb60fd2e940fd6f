import { GuestError } from "../../errors/guest-error";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { GuestSystemInfo, VmIdentity } from "../machine";
import { isReady } from "./readiness";
import { memoize } from "../../operation/memo";
import type { VmFinder } from "./finder";
import type { VmRecord } from "./record";

/** The ESXi host that runs a VM, as last seen, and a fresh look for after a move. */
export interface HostOfVm {
  readonly identity: VmIdentity;
  host(): ManagedObjectReference | undefined;
  refresh(call: CallOptions): Promise<void>;
}

/** How long a VM that was ready is taken to be so, unless an operation shows otherwise. */
const trustReadyMs = 30_000;

/** So long after Tools became ready a guest may still be setting up its accounts. */
const settlingMs = 60_000;

/** What is known of one VM; looks at it are shared among all who need one at a time. */
export class VCenterVm implements HostOfVm {
  readonly identity: VmIdentity;
  readonly #finder: VmFinder;
  #record: VmRecord;
  #seenAtMs = Date.now();
  #doubted = false;
  #becameReadyAtMs: number | undefined;
  #boots = 0;
  #look: () => Promise<VmRecord>;

  constructor(record: VmRecord, finder: VmFinder) {
    this.identity = record.identity;
    this.#record = record;
    this.#finder = finder;
    this.#look = this.#nextLook();
  }

  host(): ManagedObjectReference | undefined {
    return this.#record.host;
  }

  async refresh(): Promise<void> {
    await this.#look();
  }

  /** State of power and Tools: as of a moment ago while the VM is ready, a fresh look while it is not. */
  async systemInfo(): Promise<GuestSystemInfo> {
    const isFresh = !this.#doubted && Date.now() - this.#seenAtMs < trustReadyMs;
    if (isFresh && isReady(this.#record.system)) return this.#record.system;
    return this.look();
  }

  /** A fresh look. */
  async look(): Promise<GuestSystemInfo> {
    return (await this.#look()).system;
  }

  /** True where its settings switch guest operations off (docs/reference/guest-operations.md#switched-off). */
  async hasGuestCommandsOff(call: CallOptions): Promise<boolean> {
    const settings = await this.#finder.extraConfig(this.#record.reference, call);
    return settings.get("guest.commands.enabled")?.toUpperCase() === "FALSE";
  }

  /** How often it was seen to become ready. */
  get boots(): number {
    return this.#boots;
  }

  /** True when it was seen to become ready a moment ago: it may have just booted, for the first time even. */
  isSettling(): boolean {
    return this.#becameReadyAtMs !== undefined && Date.now() - this.#becameReadyAtMs < settlingMs;
  }

  /** An operation failed in a way that puts what is known in doubt. */
  doubt(): void {
    this.#doubted = true;
  }

  #nextLook(): () => Promise<VmRecord> {
    return memoize(() => this.#read({}).finally(() => (this.#look = this.#nextLook())));
  }

  async #read(call: CallOptions): Promise<VmRecord> {
    this.#doubted = false;
    const [record] = await this.#finder.read([this.#record.reference], call);
    if (record === undefined) {
      const { name, moid } = this.identity;
      throw new GuestError("VM_NOT_FOUND", `VM "${name}" (${moid}) is gone from the inventory.`);
    }
    if (isReady(record.system) && !isReady(this.#record.system)) this.#becameReady();
    this.#record = record;
    this.#seenAtMs = Date.now();
    return record;
  }

  #becameReady(): void {
    this.#becameReadyAtMs = Date.now();
    this.#boots += 1;
  }
}
