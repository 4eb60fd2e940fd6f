import { GuestError } from "../../errors/guest-error";
import type { ProgramSpec } from "../guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { Runner } from "./plan";
import type { RunFailure } from "./rooms/report";

/** What can go wrong with one run, in words that name it without its arguments, which may be secret. */
export class RunErrors {
  readonly #vm: VmIdentity;
  readonly #runner: Runner;
  readonly #spec: ProgramSpec;

  constructor(
    { calls, runner }: { readonly calls: { readonly vm: VmIdentity }; readonly runner: Runner },
    spec: ProgramSpec,
  ) {
    this.#spec = spec;
    this.#vm = calls.vm;
    this.#runner = runner;
  }

  notStarted(failure: RunFailure, cause?: unknown): GuestError {
    const { command, workingDirectory } = this.#spec;
    const program = "program" in command ? command.program : (command.interpreter ?? "the script's interpreter");
    const where = `${this.#vm.name} ${program}`;
    switch (failure) {
      case "directory":
        return new GuestError(
          "NOT_A_DIRECTORY",
          `${where}: was not started: the working directory ${workingDirectory} is missing, no directory, or not open to the guest user.`,
          { cause },
        );
      case "missing":
        return new GuestError(
          "PATH_NOT_FOUND",
          `${where}: was not started: there is no such program in the guest. Give its absolute path, or install it first.`,
        );
      case "denied":
        return new GuestError(
          "GUEST_PERMISSION_DENIED",
          `${where}: was not started: it is not a file that the guest user may execute.`,
        );
    }
  }

  timedOut(): GuestError {
    const after = this.#spec.timeoutSeconds === undefined ? "" : ` after ${this.#spec.timeoutSeconds} s`;
    return new GuestError("TIMED_OUT", `${this.#subject}: timed out${after}`);
  }

  outOfTime(cause: unknown): GuestError {
    const text =
      "was not done in the time given to the resource (raise timeoutSeconds or customTimeouts if it needs longer)";
    return new GuestError("TIMED_OUT", `${this.#subject}: ${text}`, { cause });
  }

  cancelled(cause: unknown): GuestError {
    return new GuestError("CANCELLED", `${this.#subject}: the run was cancelled`, { cause });
  }

  /** The error with what became of the run's processes, as a sentence's second half. */
  withFate(error: GuestError, fate: string): GuestError {
    return new GuestError(error.code, `${error.message}; ${fate}.`, { cause: error.cause });
  }

  lost(exitCode: number | undefined): GuestError {
    const reason = this.#runner.explainWrapperExit(exitCode);
    return new GuestError("PROGRAM_FAILED", `${this.#subject}: ended without a result: ${reason}.`);
  }

  get #subject(): string {
    const { command, name = "program" in command ? command.program : "the script" } = this.#spec;
    return `${this.#vm.name} ${name}`;
  }
}
