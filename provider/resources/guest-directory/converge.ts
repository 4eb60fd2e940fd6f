import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat } from "../../guest/guest";
import { changeAttributes, parseMode, requireFitting, resolveAttributes } from "../file-system/attributes";
import { makeParents } from "../file-system/parent-directories";
import { sourceTree } from "./directory-source";
import type { GuestDirectoryState, GuestDirectoryTask } from "./schema";
import { removeTree } from "./tree-remove";
import { syncTree } from "./tree-sync";
import { given } from "../../values/given";

const defaultMode = "0755";

/** Makes the directory where it is absent, and sets declared attributes that differ. */
export async function convergeGuestDirectory(task: GuestDirectoryTask): Promise<GuestDirectoryState> {
  const { guest, want, have, op } = task;
  requireFitting(guest, want);
  const [stat, attributes, tree] = await allDone([
    // Where something is there all the same, making it says so.
    guest.files.stat(want.path, op, { absence: "likely" }),
    resolveAttributes(task, want),
    sourceTree(want, op.signal),
  ]);
  requireAllowed(task, stat);
  const made = stat === undefined ? await make(task, attributes) : [];
  if (stat !== undefined) await changeAttributes(task, want.path, attributes, stat);
  const synced = tree === undefined ? await forgetTree(task) : await syncTree(task, tree, attributes);
  const createdParents = [...(have?.createdParents ?? []), ...made];
  return {
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    created: stat === undefined || (have?.created ?? false),
    ...given({ ownerId: attributes.ownerId, groupId: attributes.groupId }),
    ...synced,
    ...(createdParents.length === 0 ? {} : { createdParents: [...new Set(createdParents)].sort() }),
  };
}

/** `source` is no longer declared: what it brought is removed, as far as it is still as it was brought. */
async function forgetTree({ have, ...work }: GuestDirectoryTask): Promise<object> {
  if (have?.files !== undefined) await removeTree({ ...work, have });
  return {};
}

function requireAllowed({ guest, want, have }: GuestDirectoryTask, stat: FileStat | undefined): void {
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
async function make(task: GuestDirectoryTask, attributes: FileAttributes): Promise<string[]> {
  const { guest, want, op } = task;
  const parents = want.createParents === true ? await makeParents(task, want.path, want.parentMode) : [];
  const mode = guest.family === "windows" ? {} : { mode: parseMode(defaultMode) };
  await guest.files.makeDirectory(want.path, { createParents: false, attributes: { ...mode, ...attributes } }, op);
  return parents;
}
