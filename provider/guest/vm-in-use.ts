import { createHash } from "node:crypto";
import type { Operation } from "../operation/operation";
import { allDone } from "../operation/all-done";
import { Silence } from "../operation/silence";
import type { VCenterConnection } from "../vcenter/connection";
import type { VCenterVm } from "../vcenter/inventory/virtual-machine";
import type { GuestSystemInfo } from "../vcenter/machine";
import type { Guest, GuestCredential } from "./guest";
import { ManagedObjectReference } from "../soap/managed-object-reference";
import { Authentication } from "./calls/authentication";
import { GuestCalls } from "./calls/guest-calls";
import { GuestLogin } from "./calls/guest-login";
import type { OperationQueue } from "./calls/operation-queue";
import { familyOf, openGuest } from "./open-guest";
import type { TransferRouter } from "./transfer/route";
import type { TransferService } from "./transfer/transfer-service";
import { Transfers } from "./transfer/transfers";

const releaseMs = 5_000;

/** What all logins of one VM have in common. */
export interface VmTools {
  readonly connection: VCenterConnection;
  readonly queue: OperationQueue;
  readonly transfers: TransferService;
  readonly router: TransferRouter;
  readonly privileges: Guest["privileges"];
  /** Reads the VM's state anew. */
  readonly lookAtVm: (op: Operation) => Promise<GuestSystemInfo>;
  /** Whether the VM's own settings switch guest operations off. */
  readonly areCommandsOff: (op: Operation) => Promise<boolean>;
  /** Hears of every failure. */
  readonly failed: (error: unknown) => void;
}

/** What talks to one guest under one login. */
export interface Wires {
  readonly calls: GuestCalls;
  readonly transfers: Transfers;
}

/** One VM in use: what is known of it, of its logins, and a facade per login. */
export class VmInUse {
  readonly vm: VCenterVm;
  readonly #tools: VmTools;
  readonly #silence = new Silence();
  readonly #logins = new Map<string, GuestLogin>();
  readonly #authentications = new Map<string, Authentication>();
  readonly #guests = new Map<string, Guest>();

  constructor(vm: VCenterVm, tools: VmTools) {
    this.vm = vm;
    this.#tools = tools;
  }

  /** The facade of this login, always the same one. */
  guest(credential: GuestCredential, system: GuestSystemInfo): Guest {
    const key = digest(credential);
    const open = this.#guests.get(key);
    if (open !== undefined && open.family === familyOf(system)) return { ...open, system };
    const { calls, transfers } = this.wires(credential, system);
    const guest = openGuest(calls, transfers, system, this.#tools.privileges);
    this.#guests.set(key, guest);
    return guest;
  }

  wires(credential: GuestCredential, system: GuestSystemInfo): Wires {
    const { connection, queue, transfers, router, lookAtVm, areCommandsOff, failed } = this.#tools;
    const context = {
      vm: this.vm.identity,
      family: familyOf(system),
      server: connection.where,
      vsphereUser: connection.user,
      managers: connection.guestManagers,
      queue,
      login: keptFor(this.#logins, credential, () => new GuestLogin(this.vm)),
      authentication: keptFor(this.#authentications, credential, () => new Authentication(credential)),
      silence: this.#silence,
      lookAtVm,
      areCommandsOff,
      failed,
    };
    const calls = new GuestCalls(context, credential);
    return { calls, transfers: new Transfers(calls, transfers, router) };
  }

  /** Forgets which logins the guest has let in, or refused, and that it was waited for in vain. */
  forget(): void {
    this.#silence.end();
    for (const login of this.#logins.values()) login.forget();
  }

  /** Gives back what was acquired for logins. Never fails. */
  async release(): Promise<void> {
    const held = [...this.#authentications.values()].filter(({ holdsTicket }) => holdsTicket);
    if (held.length === 0) return;
    const call = { signal: AbortSignal.timeout(releaseMs) };
    const vm = new ManagedObjectReference("VirtualMachine", this.vm.identity.moid);
    try {
      const { auth: manager } = await this.#tools.connection.guestManagers(call);
      await allDone(held.map((one) => one.release({ manager, vm, call })));
    } catch {
      // Tickets end with the guest's next boot.
    }
  }
}

/** What belongs to a login: made once, and always the same. */
function keptFor<T>(kept: Map<string, T>, credential: GuestCredential, make: () => T): T {
  const key = digest(credential);
  const known = kept.get(key) ?? make();
  kept.set(key, known);
  return known;
}

/** A key for a map that holds no password. */
function digest(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
