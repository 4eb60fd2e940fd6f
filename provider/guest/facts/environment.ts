import { GuestError, hasCode } from "../../errors/guest-error";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import { nameKey } from "../paths/path";
import { reasonOf } from "../calls/request-outcome";

/** Answers after which a run may do without them; a refused login, say, is the answer to the run as well. */
const cannotBeTold = [
  "SERVER_FAULT",
  "GUEST_PERMISSION_DENIED",
  "GUEST_OPERATION_DISABLED",
  "GUEST_OPERATION_UNSUPPORTED",
  "VCENTER_PERMISSION_DENIED",
  "PROTOCOL_ERROR",
] as const;

/** The guest's environment variables, as the agent tells them (docs/reference/guest-operations.md#environment). */
export class Environment {
  #whole: ReadonlyMap<string, string> | undefined;
  readonly #calls: GuestCalls;

  constructor(calls: GuestCalls) {
    this.#calls = calls;
  }

  /**
   * Those of the names that are set, under the names as asked; all when no names are given. 1 request.
   */
  async read(names: readonly string[], op: Operation): Promise<ReadonlyMap<string, string>> {
    const bad = names.find((name) => name === "" || /[=\0]/.test(name));
    if (bad !== undefined) {
      throw new GuestError("INVALID_INPUT", `${JSON.stringify(bad)} is no name of an environment variable.`);
    }
    const lines = await this.#calls.readEnvironmentVariableInGuest(names, op);
    const asked = new Map(names.map((name) => [nameKey(name, this.#calls.family), name]));
    return new Map(
      lines.map((line) => {
        // Windows has variables such as "=C:" that begin with the separator.
        const at = line.indexOf("=", 1);
        const name = at < 0 ? line : line.slice(0, at);
        return [asked.get(nameKey(name, this.#calls.family)) ?? name, at < 0 ? "" : line.slice(at + 1)];
      }),
    );
  }

  /** All variables, read once; undefined where the guest cannot tell them (more than 64 KiB, or refused). */
  async all(op: Operation): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      this.#whole ??= await this.read([], op);
      return this.#whole;
    } catch (error) {
      if (op.signal.aborted || !cannotBeTold.some((code) => hasCode(error, code))) throw error;
      op.log.debug(`${this.#calls.vm.name}: the environment cannot be read: ${reasonOf(error)}`);
      return undefined;
    }
  }
}
