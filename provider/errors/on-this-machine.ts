import { GuestError } from "./guest-error";

/** Does work with files of the machine that deploys. What its system refuses is an INVALID_INPUT that says so, of `what`. */
export async function onThisMachine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    throw new GuestError("INVALID_INPUT", `${what}, on the machine that runs Pulumi: ${error.message}`, {
      cause: error,
    });
  }
}

/** True for what this machine's own system refused: a file that is missing, a port that is taken. */
export function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof GuestError) && "syscall" in error;
}
