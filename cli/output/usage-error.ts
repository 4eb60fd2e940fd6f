import { GuestError } from "../../provider/errors/guest-error";

/** A command that can't be carried out as it was given: exit code 2. */
export function usage(message: string): GuestError {
  return new GuestError("INVALID_INPUT", message);
}
