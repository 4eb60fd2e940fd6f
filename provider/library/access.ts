import { GuestError } from "../errors/guest-error";
import { notReady, isReady } from "../vcenter/inventory/readiness";
import { describeSelector, type VmSelector } from "../vcenter/inventory/selector";
import type { GuestCalls } from "../guest/calls/guest-calls";
import type { Guest, GuestCredential } from "../guest/guest";
import type { VCenter } from "../guest/vcenter";
import type { Operation } from "../operation/operation";
import { perform, type WorkOptions } from "./work";

/** One machine under one guest login, as the parts of the library reach it. */
export class Access {
  readonly #vcenter: VCenter;
  readonly #login: GuestCredential | undefined;

  constructor(
    vcenter: VCenter,
    readonly selector: VmSelector,
    login: GuestCredential | undefined,
  ) {
    this.#vcenter = vcenter;
    this.#login = login;
  }

  get vcenter(): VCenter {
    return this.#vcenter;
  }

  /** The machine as it was named, for messages. */
  get name(): string {
    return describeSelector(this.selector);
  }

  /** Work on the machine itself, which needs no guest login. */
  perform<T>(what: string, options: WorkOptions, work: (op: Operation) => Promise<T>): Promise<T> {
    return perform(() => `${what} of VM ${this.name}`, options, work);
  }

  /** Work in the guest. VM_NOT_READY at once where its Tools do not answer. */
  inGuest<T>(what: string, options: WorkOptions, work: (guest: Guest, op: Operation) => Promise<T>): Promise<T> {
    return perform(
      () => `${what} in VM ${this.name}`,
      options,
      async (op) => work(await this.guest(op), op),
    );
  }

  /** A bare guest operation, for what the facade does not offer. */
  call<T>(what: string, options: WorkOptions, work: (calls: GuestCalls, op: Operation) => Promise<T>): Promise<T> {
    return this.inGuest(what, options, async (_guest, op) =>
      work(await this.#vcenter.calls(this.selector, this.#requiredLogin(), op), op),
    );
  }

  async guest(op: Operation): Promise<Guest> {
    const guest = await this.#vcenter.guest(this.selector, this.#requiredLogin(), op);
    if (!isReady(guest.system)) throw notReady(guest.vm, guest.system);
    return guest;
  }

  #requiredLogin(): GuestCredential {
    if (this.#login !== undefined) return this.#login;
    throw new GuestError(
      "INVALID_INPUT",
      `There is no login for the guest of VM ${this.name}: give vm() guestUser and guestPassword, or connect() ` +
        "(environment: VSPHERE_GUEST_USER, VSPHERE_GUEST_PASSWORD).",
    );
  }
}
