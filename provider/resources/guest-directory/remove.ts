import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { removeMadeParents } from "../file-system/parent-directories";
import { pathInGuest, readGuestTree } from "./guest-tree";
import type { GuestDirectoryState } from "./schema";
import { removeFormerDirectories } from "./tree-apply";

const shownForeign = 5;

/** Removes what this resource made: the directory, or only what came of `source` where the directory was there before. */
export async function removeGuestDirectory(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<void> {
  if (have.recursiveDelete === true) await deleteDirectory(guest, have, true, op);
  else if (have.created) await deleteOwnDirectory(guest, have, op);
  else await leaveDirectory(guest, have, op);
  await removeMadeParents(guest, have.createdParents ?? [], op);
}

async function deleteOwnDirectory(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<void> {
  const holdsTree = Object.keys(have.files ?? {}).length + (have.directories ?? []).length > 0;
  if (!holdsTree) return deleteDirectory(guest, have, false, op);
  const foreign = await foreignPaths(guest, have, op);
  if (foreign.length > 0) throw notEmpty(guest, have, `: ${foreign.slice(0, shownForeign).join(", ")}`);
  await deleteDirectory(guest, have, true, op);
}

async function leaveDirectory(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<void> {
  const files = Object.keys(have.files ?? {}).map((path) => pathInGuest(guest, have.path, path));
  await allDone(files.map((path) => guest.files.deleteFile(path, op)));
  await removeFormerDirectories(guest, have.path, have, undefined, op);
  op.log.info(
    `${guest.vm.name} ${have.path}: was there before, so it is left. Set recursiveDelete to have it removed.`,
  );
}

/** What is in the directory and did not come of `source`. */
async function foreignPaths(guest: Guest, have: GuestDirectoryState, op: Operation): Promise<string[]> {
  const ours = new Set([...Object.keys(have.files ?? {}), ...(have.directories ?? [])]);
  const look = { isExcluded: () => false, descend: (path: string) => ours.has(path) };
  try {
    return [...(await readGuestTree(guest, have.path, look, op)).keys()].filter((path) => !ours.has(path));
  } catch (error) {
    if (hasCode(error, "PATH_NOT_FOUND")) return [];
    throw error;
  }
}

async function deleteDirectory(
  guest: Guest,
  have: GuestDirectoryState,
  recursive: boolean,
  op: Operation,
): Promise<void> {
  try {
    await guest.files.deleteDirectory(have.path, { recursive }, op);
  } catch (error) {
    throw hasCode(error, "DIRECTORY_NOT_EMPTY") ? notEmpty(guest, have, "", error) : error;
  }
}

function notEmpty(guest: Guest, have: GuestDirectoryState, what: string, cause?: unknown): GuestError {
  return new GuestError(
    "DIRECTORY_NOT_EMPTY",
    `${guest.vm.name} ${have.path}: holds files that this resource did not make${what}, so it was not removed. ` +
      "Remove them, or set recursiveDelete: true and run up before the destroy.",
    { cause },
  );
}
