import { createReadStream } from "node:fs";
import { GuestError, hasCode } from "../../../errors/guest-error";
import { allDone } from "../../../operation/all-done";
import type { FileStat, WriteOptions } from "../../../guest/guest";
import { given } from "../../../values/given";
import { transferOf } from "../../../vocabulary/inputs";
import { pathInGuest } from "./guest-tree";
import { removeLeftovers } from "./leftovers";
import type { GuestDirectoryTask } from "../schema";
import { deleteIfEmpty, removeListed } from "./remove-listed";
import { localFile } from "../source/source-tree";
import type { TreePlan, TreeWork } from "./plan";
import { sendAsArchive } from "./archive";

/** So many new files and directories, or more, go as one archive where the guest can unpack it: file by file is five requests each. */
const archiveThreshold = 4;

/** Carries a plan out, each file atomically. */
export async function applyTreePlan(work: TreeWork): Promise<void> {
  const { task, plan } = work;
  const { guest, want, op } = task;
  await removeLeftovers(task, want.path, plan.found);
  await remove(task, plan);
  const news = plan.write.length + plan.makeDirectories.length;
  const sent = guest.family === "posix" && news >= archiveThreshold && (await sendAsArchive(work));
  if (!sent) await sendOneByOne(work);
  await allDone(
    [...plan.attributes].map(([path, changes]) =>
      guest.files.changeAttributes(pathInGuest(guest, want.path, path), changes, op),
    ),
  );
}

/** Removes what the plan says, and nothing else: a directory that holds more is left, or refused where it is in the way. */
async function remove(task: GuestDirectoryTask, { remove, found, makeDirectories, write }: TreePlan): Promise<void> {
  const { guest, want } = task;
  const stats = remove.flatMap(({ path }) => {
    const stat = found.get(path);
    return stat === undefined ? [] : [[path, stat] as const];
  });
  if (stats.length > 0) await removeListed(task, want.path, new Map(stats));
  const wanted = new Set([...makeDirectories, ...write]);
  for (const { path, type } of remove) {
    if (type !== "directory" || !wanted.has(path)) continue;
    const inGuest = pathInGuest(guest, want.path, path);
    if (!(await deleteIfEmpty(task, inGuest)))
      throw new GuestError(
        "DIRECTORY_NOT_EMPTY",
        `${guest.vm.name} ${inGuest}: source declares a file, and it is a directory in the guest that holds what this resource did not make. ` +
          "Move that away, or set purge to have what is not in source removed.",
      );
  }
}

async function sendOneByOne(work: TreeWork): Promise<void> {
  const { guest, want } = work.task;
  for (const path of work.plan.makeDirectories) {
    await makeDirectory(work, pathInGuest(guest, want.path, path));
  }
  await allDone(work.plan.write.map((path) => writeFile(work, path)));
}

/** One that another deploy makes at the same moment serves as well. */
async function makeDirectory({ task, attributes }: TreeWork, path: string): Promise<void> {
  const { guest, op } = task;
  try {
    await guest.files.makeDirectory(path, { createParents: false, attributes: attributes.directory }, op);
  } catch (error) {
    if (!hasCode(error, "PATH_EXISTS") || (await guest.files.stat(path, op))?.type !== "directory") throw error;
  }
}

async function writeFile({ task, tree, plan, modifiedAt, ...work }: TreeWork, path: string): Promise<void> {
  const { guest, want, op } = task;
  const { localPath, sizeBytes } = localFile(tree, path);
  const content = { sizeBytes, open: () => createReadStream(localPath) };
  const found = plan.found.get(path);
  const options = {
    ...(found?.type === "file"
      ? { attributes: work.declared.file, keep: ownAttributes(found) }
      : { attributes: work.attributes.file }),
    writtenAt: modifiedAt,
    // What no look has shown is not overwritten.
    overwrite: found !== undefined,
    ...transferOf(want),
    secret: op.secretInputs.has("source"),
  };
  await guest.files.write(pathInGuest(guest, want.path, path), content, options, op);
}

function ownAttributes({ mode, ownerId, groupId }: FileStat): NonNullable<WriteOptions["keep"]> {
  return given({ mode, ownerId, groupId });
}
