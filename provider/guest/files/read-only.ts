import { hasCode } from "../../errors/guest-error";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";

/**
 * Windows neither removes nor replaces a file that is read-only. Does `change` to the file at `path`; where it is
 * refused and the file is read-only, takes that attribute off and does it again.
 */
export async function despiteReadOnly(
  calls: GuestCalls,
  path: string,
  change: () => Promise<void>,
  op: Operation,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (calls.family !== "windows" || !hasCode(error, "GUEST_PERMISSION_DENIED")) throw error;
    const { files } = await calls.listFilesInGuest(path, { maxResults: 1 }, op);
    if (files[0]?.attributes.readOnly !== true) throw error;
    await calls.changeFileAttributesInGuest(path, { readOnly: false }, op);
    await change();
  }
}
