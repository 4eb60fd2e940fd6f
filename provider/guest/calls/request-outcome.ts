import { GuestError } from "../../errors/guest-error";

/**
 * True when it is not known whether the failed request took effect: the connection broke after it was sent, and the call
 * is none that is safe to repeat (GuestCalls). Only a look at the guest tells.
 */
export function answerWasLost(error: unknown): boolean {
  return error instanceof GuestError && error.code === "VCENTER_UNREACHABLE" && !error.retryable;
}

/** True when the server itself refused: the error, or a cause of it, carries its fault. */
export function carriesFault(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof GuestError && at.fault !== undefined) return true;
  }
  return false;
}

/** An error's words, for the text of another one. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
