import { GuestError } from "../errors/guest-error";
import { notReady, isReady } from "../vcenter/inventory/readiness";
import { describeSelector, type VmSelector } from "../vcenter/inventory/selector";
import { familyOf } from "../guest/paths/normal-path";
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

  /** Work on paths in the guest: INVALID_INPUT where one is not absolute, or of the other family of systems. */
  async onPaths<T>(
    paths: readonly string[],
    what: string,
    options: WorkOptions,
    work: (guest: Guest, op: Operation) => Promise<T>,
  ): Promise<T> {
    for (const path of paths) requireAbsolute(path);
    return this.inGuest(what, options, (guest, op) => {
      for (const path of paths) requireFamily(path, guest);
      return work(guest, op);
    });
  }

  /** The bare guest operations, within work. */
  calls(op: Operation): Promise<GuestCalls> {
    return this.#vcenter.calls(this.selector, this.requiredLogin(), op);
  }

  /** A bare guest operation, for what the facade does not offer. */
  call<T>(what: string, options: WorkOptions, work: (calls: GuestCalls, op: Operation) => Promise<T>): Promise<T> {
    return this.inGuest(what, options, async (_guest, op) => work(await this.calls(op), op));
  }

  async guest(op: Operation): Promise<Guest> {
    const guest = await this.#vcenter.guest(this.selector, this.requiredLogin(), op);
    if (!isReady(guest.system)) throw notReady(guest.vm, guest.system);
    return guest;
  }

  /** INVALID_INPUT where there is none. */
  requiredLogin(): GuestCredential {
    if (this.#login !== undefined) return this.#login;
    throw new GuestError(
      "INVALID_INPUT",
      `There is no login for the guest of VM ${this.name}: give vm() guestUser and guestPassword, or connect() ` +
        "(environment: VSPHERE_GUEST_USER, VSPHERE_GUEST_PASSWORD).",
    );
  }
}

function requireAbsolute(path: string): void {
  if (/^(\/|[A-Za-z]:[\\/])/.test(path)) return;
  throw new GuestError(
    "INVALID_INPUT",
    `${JSON.stringify(path)} is no absolute path in a guest, such as /etc/app.conf or C:\\app\\app.conf.`,
  );
}

function requireFamily(path: string, { family, vm }: Guest): void {
  if (familyOf(path) === family) return;
  const example = family === "windows" ? "a Windows guest: C:\\app\\app.conf" : "a POSIX guest: /etc/app.conf";
  throw new GuestError("INVALID_INPUT", `${vm.name} ${path}: is no path there. Its paths are those of ${example}.`);
}
