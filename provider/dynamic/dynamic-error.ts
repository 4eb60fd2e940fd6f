import { GuestError } from "../errors/guest-error";
import { PartialFailure } from "../lifecycle/converge";
import { printable } from "../values/printable";
import { encodeProperties } from "../properties/wire-value";

/**
 * An error as the dynamic host passes it on. The engine shows its message with the resource; for check, diff, read and
 * delete the host prints `${error}: ${error.stack}` beside that, so those two say in short which error is meant. `id` and
 * `properties` make the engine record an object that is there, but unfinished.
 */
export class DynamicError extends Error {
  override readonly name = "DynamicError";
  readonly id?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly reasons?: readonly string[];
  readonly #subject: string;

  /** `subject`: kind and object. */
  constructor(subject: string, error: unknown, kept: Readonly<Record<string, unknown>> = {}) {
    super(printable(error instanceof Error ? error.message : String(error)), { cause: error });
    this.#subject = printable(subject);
    this.stack = printable(codeOf(error));
    if (!(error instanceof PartialFailure)) return;
    const { id, state, secretOutputs } = error.converged;
    this.id = id;
    this.properties = { ...encodeProperties(state, secretOutputs), ...kept };
    this.reasons = [this.message];
  }

  override toString(): string {
    return `${this.#subject} failed, see its error`;
  }
}

/** Bugs of ours keep their stack: there it is what one needs. */
function codeOf(error: unknown): string {
  if (error instanceof PartialFailure) return codeOf(error.cause);
  if (error instanceof GuestError) return error.code;
  return error instanceof Error ? (error.stack ?? error.name) : "";
}
