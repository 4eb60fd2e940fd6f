import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat, Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { changeAttributes, parseMode, requireFitting, resolveAttributes } from "../file-system/attributes";
import { makeParents } from "../file-system/parent-directories";
import { sourceTree } from "./directory-source";
import { pathInGuest } from "./guest-tree";
import type { GuestDirectoryInputs, GuestDirectoryState } from "./schema";
import { removeFormerDirectories } from "./tree-apply";
import { syncTree } from "./tree-sync";

const defaultMode = "0755";

/** Makes the directory where it is absent, and sets declared attributes that differ. */
export async function convergeGuestDirectory(
  guest: Guest,
  want: GuestDirectoryInputs,
  have: GuestDirectoryState | undefined,
  op: Operation,
): Promise<GuestDirectoryState> {
  requireFitting(guest, want, want.path);
  const [stat, attributes, tree] = await allDone([
    guest.files.stat(want.path, op),
    resolveAttributes(guest, want, op),
    sourceTree(want, op.signal),
  ]);
  requireAllowed(guest, want, have, stat);
  const made = stat === undefined ? await make(guest, want, attributes, op) : [];
  if (stat !== undefined) await changeAttributes(guest, want.path, attributes, stat, op);
  const synced =
    tree === undefined
      ? await forgetTree(guest, want, have, op)
      : await syncTree(guest, want, tree, attributes, have, op);
  const createdParents = [...(have?.createdParents ?? []), ...made];
  return {
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    created: stat === undefined || (have?.created ?? false),
    ...(attributes.ownerId === undefined ? {} : { ownerId: attributes.ownerId }),
    ...(attributes.groupId === undefined ? {} : { groupId: attributes.groupId }),
    ...synced,
    ...(createdParents.length === 0 ? {} : { createdParents: [...new Set(createdParents)].sort() }),
  };
}

/** `source` is no longer declared: what it brought is removed, as far as it is still as it was brought. */
async function forgetTree(
  guest: Guest,
  want: GuestDirectoryInputs,
  have: GuestDirectoryState | undefined,
  op: Operation,
): Promise<object> {
  if (have?.files === undefined) return {};
  const files = Object.keys(have.files).map((path) => pathInGuest(guest, want.path, path));
  await allDone(files.map((path) => guest.files.deleteFile(path, op)));
  await removeFormerDirectories(guest, want.path, have, undefined, op);
  return {};
}

function requireAllowed(
  guest: Guest,
  want: GuestDirectoryInputs,
  have: GuestDirectoryState | undefined,
  stat: FileStat | undefined,
): void {
  if (stat === undefined) return;
  const where = `${guest.vm.name} ${want.path}`;
  if (stat.type !== "directory") {
    throw new GuestError(
      "NOT_A_DIRECTORY",
      `${where}: is a ${stat.type} in the guest, and a directory is declared. Move it away, or declare another path.`,
    );
  }
  if (have === undefined && want.onExists === "error") {
    throw new GuestError(
      "PATH_EXISTS",
      `${where}: is there already, and onExists is "error". Remove the directory, or set onExists to "adopt" to take it over.`,
    );
  }
}

/** Returns the parents it made. */
async function make(
  guest: Guest,
  want: GuestDirectoryInputs,
  attributes: FileAttributes,
  op: Operation,
): Promise<string[]> {
  const parents = want.createParents === true ? await makeParents(guest, want.path, want.parentMode, op) : [];
  const mode = guest.family === "windows" ? {} : { mode: parseMode(defaultMode) };
  await guest.files.makeDirectory(want.path, { createParents: false, attributes: { ...mode, ...attributes } }, op);
  return parents;
}
