import { GuestError, hasCode } from "../../errors/guest-error";
import { carriesFault } from "../calls/request-outcome";
import { followed } from "../paths/path";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";

/**
 * Why nothing could be written into `directory`. Servers disagree on the fault for a missing one
 * (docs/reference/faults.md#error-numbers-of-the-agent): the guest is asked.
 */
export async function explainedByDirectory(
  calls: GuestCalls,
  directory: string,
  error: unknown,
  op: Operation,
): Promise<unknown> {
  if (!carriesFault(error) || hasCode(error, "GUEST_PERMISSION_DENIED") || hasCode(error, "DISK_FULL")) return error;
  const where = `${calls.vm.name} ${directory}`;
  const cause = { cause: error };
  try {
    await calls.listFilesInGuest(followed(directory, calls.family), { maxResults: 1 }, op);
  } catch (refusal) {
    if (hasCode(refusal, "PATH_NOT_FOUND")) {
      const remedy = "Declare it as a GuestDirectory, or set createParents";
      return new GuestError("PATH_NOT_FOUND", `${where}: there is no such directory to write into. ${remedy}.`, cause);
    }
    if (hasCode(refusal, "NOT_A_DIRECTORY")) {
      return new GuestError("NOT_A_DIRECTORY", `${where}: is not a directory, nothing can be written into it.`, cause);
    }
  }
  return error;
}
