import { GuestError, hasCode } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import type { GuestBoot, GuestBoots, GuestFamily } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import { reasonOf } from "../calls/request-outcome";

/** The process that lives as long as the system: init, or "System" in Windows. */
const firstPids: Readonly<Record<GuestFamily, number>> = { posix: 1, windows: 4 };
/** Tools that are restarted work out anew when the system started, to the second. */
const sameBootMs = 1_500;

/** What a guest answers while it goes down or comes up; pam_nologin refuses logins then. */
const signsOfReboot = [
  "VM_NOT_READY",
  "GUEST_LOGIN_FAILED",
  "SERVER_FAULT",
  "BUSY",
  "GUEST_OPERATION_UNSUPPORTED",
] as const;

/** GuestBoots by the start time of the first process: 1 request for a look. */
export class Boots implements GuestBoots {
  readonly #calls: GuestCalls;
  /** Called after a reboot: nothing that was seen before holds. */
  readonly #hasRebooted: () => void;

  constructor(
    calls: GuestCalls,

    hasRebooted: () => void,
  ) {
    this.#calls = calls;
    this.#hasRebooted = hasRebooted;
  }

  async current(op: Operation): Promise<GuestBoot> {
    const pid = firstPids[this.#calls.family];
    const processes = await this.#calls.listProcessesInGuest([pid], op);
    const first = processes.find((process) => process.pid === pid);
    if (first !== undefined) return { startedAt: first.startTime };
    throw new GuestError(
      "GUEST_OPERATION_UNSUPPORTED",
      `${this.#calls.vm.name}: does not show its process ${pid} to the guest user, so that a reboot cannot be told. ` +
        "Use a login that sees all processes, or leave out rebootExitCodes and expectReboot.",
    );
  }

  async isAnother(than: GuestBoot, op: Operation): Promise<boolean> {
    const { startedAt } = await this.current(op);
    const isAnother = Math.abs(startedAt.getTime() - than.startedAt.getTime()) > sameBootMs;
    if (isAnother) this.#hasRebooted();
    return isAnother;
  }

  async waitForNext(than: GuestBoot, op: Operation): Promise<void> {
    op.log.info(`${this.#calls.vm.name}: waiting for the guest to reboot`);
    const pauses = new Pauses({ firstMs: 500, longestMs: 3_000, growth: 1.5 });
    const rebootHasCome = this.#calls.login.expectReboot();
    try {
      for (;;) {
        const silence = await this.#lookThroughSilence(than, op);
        if (silence === undefined) return;
        if (!pauses.fitBefore(op.deadlineMs)) throw this.#timedOut(silence);
        await pauses.pass(op.signal);
      }
    } finally {
      rebootHasCome();
    }
  }

  /** Undefined once the guest has rebooted, else why that cannot be said yet. */
  async #lookThroughSilence(than: GuestBoot, op: Operation): Promise<string | undefined> {
    try {
      return (await this.isAnother(than, op)) ? undefined : "It has not rebooted.";
    } catch (error) {
      if (op.signal.aborted || !signsOfReboot.some((code) => hasCode(error, code))) throw error;
      // That Tools have gone, or come back, shows here too: then a login that was refused is tried again.
      await this.#calls.lookAtVm(op).catch(() => undefined);
      return reasonOf(error);
    }
  }

  #timedOut(reason: string): GuestError {
    const message = `was awaited to reboot and to come back in the time given to the resource. ${reason}`;
    return new GuestError(
      "TIMED_OUT",
      `${this.#calls.vm.name} ${message} Raise timeoutSeconds or customTimeouts if it needs longer.`,
    );
  }
}
