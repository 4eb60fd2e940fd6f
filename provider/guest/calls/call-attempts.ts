import { GuestError } from "../../errors/guest-error";
import { cancellation } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import { Pauses } from "../../operation/pauses";
import type { Silence } from "../../operation/silence";
import { isReady, notReady } from "../../vcenter/inventory/readiness";
import type { GuestSystemInfo } from "../../vcenter/machine";
import { given } from "../../values/given";
import { describeAction, describeFailure, type GuestAction } from "./call-error";
import { reasonOf } from "./request-outcome";

/** How long a guest that was ready may be silent (restart of Tools, reboot) before a call gives up on it. */
const silenceMs = 20_000;
/** A machine that is off by its own account may be on its way to another host; not for longer. */
const offMs = 5_000;
/** A pause this long is worth a line to the user, and a look at the machine itself. */
const worthALookMs = 1_000;

/** What is known of the machine that a call concerns. */
export interface MachineWatch {
  /** Whether it was waited for in vain. */
  readonly silence: Silence;
  /** Reads its state anew. */
  readonly lookAtVm: (op: Operation) => Promise<GuestSystemInfo>;
  /** Whether its own settings switch guest operations off. */
  readonly areCommandsOff: (op: Operation) => Promise<boolean>;
}

/** The failed attempts of one call: whether there is another, after which pause, and what is told when there is none. */
export class CallAttempts {
  readonly #action: GuestAction;
  readonly #machine: MachineWatch;
  readonly #op: Operation;
  readonly #pauses = new Pauses({ firstMs: 125, longestMs: 5_000 });
  #failedFirstMs: number | undefined;
  #last: unknown;
  /** What the machine itself tells. */
  #system: GuestSystemInfo | undefined;

  constructor(action: GuestAction, machine: MachineWatch, op: Operation) {
    this.#action = action;
    this.#machine = machine;
    this.#op = op;
  }

  /** Lets a pause pass after a failure; rejects with that failure, told in full, when there is no further attempt. */
  async pauseAfter(error: unknown): Promise<void> {
    if (this.#op.signal.aborted) throw this.#notDone();
    this.#failedFirstMs ??= Date.now();
    this.#last = error;
    const mayPass = passesByItself(error);
    if (mayPass && this.#needsALook(error)) {
      this.#system = await this.#look();
      if (await this.#isSwitchedOff(error)) throw this.#switchedOff(error);
    }
    const giveUpAtMs = mayPass ? this.#failedFirstMs + this.#limitMs(error) : 0;
    if (!this.#pauses.fitBefore(Math.min(giveUpAtMs, this.#op.deadlineMs))) {
      if (mayPass) this.#machine.silence.begin();
      throw this.#failure(error);
    }
    const { method, vm } = this.#action;
    if (this.#pauses.nextMs === worthALookMs) {
      this.#op.log.info(`VM "${vm.name}" is busy or not answering; ${method} waits. ${reasonOf(this.#failure(error))}`);
    }
    try {
      await this.#pauses.pass(this.#op.signal);
    } catch {
      throw this.#notDone();
    }
  }

  #look(): Promise<GuestSystemInfo | undefined> {
    return this.#machine.lookAtVm(this.#op).catch(() => undefined);
  }

  /** What is switched off answers as Tools that are starting do: for ever. */
  async #isSwitchedOff(error: GuestError): Promise<boolean> {
    if (error.fault?.name !== "GuestOperationsUnavailable") return false;
    return this.#machine.areCommandsOff(this.#op).catch(() => false);
  }

  #switchedOff(cause: GuestError): GuestError {
    const why = "guest operations are switched off in this machine's settings (guest.commands.enabled = FALSE).";
    const remedy = "Set it to TRUE, or remove it, while the machine is off, if guest operations are wanted here.";
    const options = { cause, ...given({ fault: cause.fault }) };
    return new GuestError(
      "GUEST_OPERATION_DISABLED",
      `${describeAction(this.#action)} failed: ${why} ${remedy}`,
      options,
    );
  }

  #needsALook(error: GuestError): boolean {
    if (error.code !== "BUSY" && error.code !== "VM_NOT_READY") return false;
    return error.fault?.name === "InvalidPowerState" || this.#pauses.nextMs >= worthALookMs;
  }

  #limitMs(error: GuestError): number {
    const { patienceMs } = this.#op;
    const isOff = this.#system !== undefined && this.#system.powerState !== "poweredOn";
    const limitMs = error.code !== "VM_NOT_READY" ? Infinity : isOff ? offMs : silenceMs;
    if (patienceMs === undefined) return limitMs;
    // The server has been waited for already, and what the machine itself tells needs no waiting.
    const isTold = error.code === "VCENTER_UNREACHABLE" || (this.#system !== undefined && !isReady(this.#system));
    return isTold || this.#machine.silence.isKnown ? 0 : Math.min(limitMs, patienceMs);
  }

  #failure(error: unknown): unknown {
    const told = describeFailure(this.#action, error);
    if (!(error instanceof GuestError) || !(told instanceof GuestError)) return told;
    const { fault, retryable } = error;
    if (this.#system !== undefined && !isReady(this.#system)) {
      return notReady(this.#action.vm, this.#system, { cause: told, retryable, ...given({ fault }) });
    }
    const seconds = Math.round((Date.now() - (this.#failedFirstMs ?? Date.now())) / 1000);
    if (seconds < 1) return told;
    const message = `${told.message} This was waited for ${seconds} s.`;
    return new GuestError(told.code, message, { cause: error, retryable, ...given({ fault }) });
  }

  #notDone(): GuestError {
    const cause = cancellation(this.#op.signal);
    const what = describeAction(this.#action);
    const answer = this.#last === undefined ? "" : ` The last answer was: ${reasonOf(this.#failure(this.#last))}`;
    const told = cause.message.includes(what) ? cause.message : `${what} did not end: ${cause.message}`;
    return new GuestError(cause.code, `${told}${answer}`, { cause });
  }
}

/** True where nothing happened and the same call may succeed a little later. */
function passesByItself(error: unknown): error is GuestError {
  if (!(error instanceof GuestError) || !error.retryable) return false;
  return error.fault !== undefined || error.code === "VCENTER_UNREACHABLE";
}
