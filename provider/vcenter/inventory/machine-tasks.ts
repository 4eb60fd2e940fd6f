import { GuestError } from "../../errors/guest-error";
import { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import { VirtualMachine } from "../../vim/virtual-machine";
import type { Operation } from "../../operation/operation";
import { Pauses } from "../../operation/pauses";
import { given } from "../../values/given";
import type { VCenterConnection } from "../connection";
import type { GuestSystemInfo, VmIdentity } from "../machine";
import { taskEnded } from "./server-task";

/** What becomes of a machine's power: by the hypervisor at once, or by the guest's system, which is asked. */
export type PowerAction = "on" | "off" | "reset" | "suspend" | "shutdown" | "reboot" | "standby";

/** Where a machine is after it; undefined: on again. */
const stateAfter: Readonly<Record<PowerAction, GuestSystemInfo["powerState"] | undefined>> = {
  on: "poweredOn",
  off: "poweredOff",
  suspend: "suspended",
  shutdown: "poweredOff",
  standby: "suspended",
  reset: undefined,
  reboot: undefined,
};

const words: Readonly<Record<PowerAction, string>> = {
  on: "Powering on",
  off: "Powering off",
  reset: "Resetting",
  suspend: "Suspending",
  shutdown: "Shutting down",
  reboot: "Rebooting",
  standby: "Putting on standby",
};

/** What vCenter itself does with one machine (docs/reference/protocol.md#power-and-registration). Errors: GuestError. */
export class MachineTasks {
  readonly #connection: VCenterConnection;
  readonly #vm: VmIdentity;
  readonly #look: (op: Operation) => Promise<GuestSystemInfo>;
  readonly #changed: () => void;

  /** `look`: reads the machine's state anew. `changed`: what is known of it holds no more. */
  constructor(
    connection: VCenterConnection,
    vm: VmIdentity,
    { look, changed }: { readonly look: (op: Operation) => Promise<GuestSystemInfo>; readonly changed: () => void },
  ) {
    this.#connection = connection;
    this.#vm = vm;
    this.#look = look;
    this.#changed = changed;
  }

  /**
   * False where the machine was in that state already. The guest's system is asked for `shutdown`, `reboot` and
   * `standby`, which needs running Tools; the first and the last are waited for, a reboot has only begun.
   */
  async power(action: PowerAction, op: Operation): Promise<boolean> {
    const wanted = stateAfter[action];
    if (wanted !== undefined && (await this.#look(op)).powerState === wanted) return false;
    const what = () => `${words[action]} ${this.#name}`;
    const task = await this.#send(what, op, (vm, call) => send(vm, action, call));
    if (task !== undefined) await this.#ended(what, task, op);
    else if (wanted !== undefined) await this.#reached(wanted, op);
    return true;
  }

  /** Connects the CD with the installer of VMware Tools to the guest; for `false` disconnects it. */
  async mountToolsInstaller(isMounted: boolean, op: Operation): Promise<void> {
    const what = () => `${isMounted ? "Mounting" : "Unmounting"} the Tools installer of ${this.#name}`;
    await this.#send(what, op, (vm, call) =>
      isMounted ? vm.mountToolsInstaller(call) : vm.unmountToolsInstaller(call),
    );
  }

  /** Upgrades VMware Tools, which must run. `installerOptions`: for the installer in the guest. */
  async upgradeTools(installerOptions: string | undefined, op: Operation): Promise<void> {
    const what = () => `Upgrading the Tools of ${this.#name}`;
    const task = await this.#send(what, op, (vm, call) => vm.upgradeToolsTask(installerOptions, call));
    await this.#ended(what, task, op);
  }

  /** Takes the machine, which must be off, out of the inventory; its files stay. */
  async unregister(op: Operation): Promise<void> {
    await this.#send(
      () => `Unregistering ${this.#name}`,
      op,
      (vm, call) => vm.unregisterVM(call),
    );
  }

  get #name(): string {
    return `VM "${this.#vm.name}" (${this.#vm.moid})`;
  }

  async #send<T>(
    what: () => string,
    op: Operation,
    call: (vm: VirtualMachine, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const vm = new VirtualMachine(this.#connection.soap, new ManagedObjectReference("VirtualMachine", this.#vm.moid));
    try {
      return await call(vm, { signal: op.signal });
    } catch (error) {
      throw refused(what(), error, this.#connection);
    } finally {
      this.#changed();
    }
  }

  async #ended(what: () => string, task: ManagedObjectReference, op: Operation): Promise<void> {
    try {
      await taskEnded(this.#connection, task, what, op);
    } catch (error) {
      throw refused(what(), error, this.#connection);
    } finally {
      this.#changed();
    }
  }

  async #reached(wanted: GuestSystemInfo["powerState"], op: Operation): Promise<void> {
    const pauses = new Pauses({ firstMs: 300, longestMs: 3_000, growth: 1.5 });
    while ((await this.#look(op)).powerState !== wanted) await pauses.pass(op.signal);
  }
}

function send(vm: VirtualMachine, action: PowerAction, call: CallOptions): Promise<ManagedObjectReference | undefined> {
  const asked = (request: Promise<void>) => request.then(() => undefined);
  switch (action) {
    case "on":
      return vm.powerOnVMTask(undefined, call);
    case "off":
      return vm.powerOffVMTask(call);
    case "reset":
      return vm.resetVMTask(call);
    case "suspend":
      return vm.suspendVMTask(call);
    case "shutdown":
      return asked(vm.shutdownGuest(call));
    case "reboot":
      return asked(vm.rebootGuest(call));
    case "standby":
      return asked(vm.standbyGuest(call));
  }
}

/** The same failure, told by what was to be done, with the reason and what to do. */
export function refused(what: string, error: unknown, { user, where }: VCenterConnection): unknown {
  if (!(error instanceof GuestError) || error.fault === undefined) return error;
  const { code, fault, retryable } = error;
  return new GuestError(code, `${what} failed: ${reason()}`, { cause: error, retryable, ...given({ fault }) });

  function reason(): string {
    const { name = "", message = "", fields = {} } = fault ?? {};
    const text = (field: string) => (typeof fields[field] === "string" ? fields[field] : undefined);
    switch (name) {
      case "NoPermission":
        return `the vSphere user ${user} lacks the privilege ${text("privilegeId") ?? "for it"} in ${where}.`;
      case "InvalidPowerState":
        return `the machine is ${text("existingState") ?? "in another state"}, and has to be ${text("requestedState") ?? "in another"}.`;
      case "ToolsUnavailable":
        return "VMware Tools does not run in the guest. Wait for it, or use the hard form (off, reset, suspend).";
      case "TaskInProgress":
        return "the machine is busy with another task. Try again later.";
      default:
        return `${message || "the server gives no reason."} [${name}]`;
    }
  }
}
