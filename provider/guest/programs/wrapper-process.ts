import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import type { Runner } from "./plan";
import type { RunReport } from "./rooms/report";
import type { RunPlace } from "./rooms/rooms";

/** How the process of a wrapper is; `unseen` where nobody knows its pid. */
export type WrapperState = "going on" | "unseen" | { readonly exitCode: number | undefined };

/** The wrapper of one run as a process of the guest. */
export class RunWrapper {
  /** From the answer to its start. */
  startPid: number | undefined;
  readonly #calls: GuestCalls;
  readonly #runner: Runner;
  readonly #place: RunPlace;

  constructor(calls: GuestCalls, runner: Runner, place: RunPlace) {
    this.#calls = calls;
    this.#runner = runner;
    this.#place = place;
  }

  async look(report: RunReport | undefined, op: Operation): Promise<WrapperState> {
    const pid = await this.#pid(report, op);
    if (pid === undefined) return "unseen";
    const found = await this.#process(pid, op);
    return found !== undefined && found.endTime === undefined ? "going on" : { exitCode: found?.exitCode };
  }

  /** False when its pid belongs to another process by now, as after a reboot: that must not be ended. */
  async isThere(report: RunReport | undefined, op: Operation): Promise<boolean> {
    const pid = await this.#pid(report, op);
    const found = pid === undefined ? undefined : await this.#process(pid, op);
    return found !== undefined && found.endTime === undefined && this.#runner.isWrapper(found.cmdLine);
  }

  async #pid(report: RunReport | undefined, op: Operation): Promise<number | undefined> {
    if (report?.wrapperPid !== undefined) return report.wrapperPid;
    this.startPid ??= await this.#runner.findWrapper?.(this.#calls, this.#place, op);
    return this.startPid;
  }

  async #process(pid: number, op: Operation) {
    const processes = await this.#calls.listProcessesInGuest([pid], op);
    return processes.find((process) => process.pid === pid);
  }
}
