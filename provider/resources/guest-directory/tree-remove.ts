import { hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { RemovalTask } from "../resource-kind";
import { pathInGuest } from "./guest-tree";
import type { GuestDirectoryState } from "./schema";

/** Removes all that came of `source`; the directory itself stays, and what else it holds. */
export async function removeTree(task: RemovalTask<GuestDirectoryState>): Promise<void> {
  const { guest, have, op } = task;
  const files = Object.keys(have.files ?? {}).map((path) => pathInGuest(guest, have.path, path));
  await allDone(files.map((path) => guest.files.deleteFile(path, op)));
  await removeFormerDirectories(task, []);
}

/** Removes directories that a former source brought, the one declared now does not, and that are empty, innermost first. */
export async function removeFormerDirectories(
  { guest, have, op }: RemovalTask<GuestDirectoryState>,
  declared: readonly string[],
): Promise<void> {
  const kept = new Set(declared);
  const former = (have.directories ?? []).filter((path) => !kept.has(path));
  for (const path of former.sort().reverse()) {
    try {
      await guest.files.deleteDirectory(pathInGuest(guest, have.path, path), { recursive: false }, op);
    } catch (error) {
      if (!hasCode(error, "DIRECTORY_NOT_EMPTY") && !hasCode(error, "NOT_A_DIRECTORY")) throw error;
    }
  }
}
