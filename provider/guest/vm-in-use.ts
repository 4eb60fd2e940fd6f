import { createHash } from "node:crypto";
import type { Operation } from "../operation/operation";
import { Silence } from "../operation/silence";
import type { VCenterConnection } from "../vcenter/connection";
import type { VCenterVm } from "../vcenter/inventory/virtual-machine";
import type { GuestSystemInfo } from "../vcenter/machine";
import type { Guest, GuestCredential } from "./guest";
import { GuestCalls } from "./calls/guest-calls";
import { GuestLogin } from "./calls/guest-login";
import type { OperationQueue } from "./calls/operation-queue";
import { familyOf, openGuest } from "./open-guest";
import type { TransferRouter } from "./transfer/route";
import type { TransferService } from "./transfer/transfer-service";
import { Transfers } from "./transfer/transfers";

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
      login: this.#login(credential),
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

  #login(credential: GuestCredential): GuestLogin {
    const key = digest(credential);
    const known = this.#logins.get(key);
    if (known !== undefined) return known;
    const login = new GuestLogin(this.vm);
    this.#logins.set(key, login);
    return login;
  }
}

/** A key for a map that holds no password. */
function digest(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
