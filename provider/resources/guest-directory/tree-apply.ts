import { createReadStream } from "node:fs";
import { hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { modificationTimeForWrite } from "../file-system/modification-time";
import { pathInGuest } from "./guest-tree";
import type { GuestDirectoryState } from "./schema";
import { localFile, type SourceTree } from "./source-tree";
import type { TreeAttributes, TreePlan, TreeWork } from "./tree-plan";
import { sendAsArchive } from "./tree-archive";

/** So many new files and directories, or more, go as one archive where the guest can unpack it: file by file is five requests each. */
const archiveThreshold = 4;

/** Carries a plan out, each file atomically. Returns the modification times given to the files it wrote. */
export async function applyTreePlan(
  guest: Guest,
  root: string,
  tree: SourceTree,
  plan: TreePlan,
  attributes: TreeAttributes,
  op: Operation,
): Promise<ReadonlyMap<string, Date>> {
  await allDone(plan.remove.map((one) => remove(guest, root, one, op)));
  const modifiedAt = modificationTimeForWrite();
  const work = { guest, root, tree, plan, attributes, modifiedAt };
  const news = plan.write.length + plan.makeDirectories.length;
  const sent = guest.family === "posix" && news >= archiveThreshold && (await sendAsArchive(work, op));
  if (!sent) await sendOneByOne(work, op);
  await allDone(
    [...plan.attributes].map(([path, changes]) =>
      guest.files.changeAttributes(pathInGuest(guest, root, path), changes, op),
    ),
  );
  return new Map(plan.write.map((path) => [path, modifiedAt]));
}

/** Removes directories that a former source brought and that are empty now, innermost first. */
export async function removeFormerDirectories(
  guest: Guest,
  root: string,
  recorded: GuestDirectoryState | undefined,
  tree: SourceTree | undefined,
  op: Operation,
): Promise<void> {
  const declared = new Set(tree?.directories ?? []);
  const former = (recorded?.directories ?? []).filter((path) => !declared.has(path));
  for (const path of former.sort().reverse()) {
    try {
      await guest.files.deleteDirectory(pathInGuest(guest, root, path), { recursive: false }, op);
    } catch (error) {
      if (!hasCode(error, "DIRECTORY_NOT_EMPTY") && !hasCode(error, "NOT_A_DIRECTORY")) throw error;
    }
  }
}

async function remove(
  guest: Guest,
  root: string,
  { path, type }: TreePlan["remove"][number],
  op: Operation,
): Promise<void> {
  const inGuest = pathInGuest(guest, root, path);
  if (type === "directory") await guest.files.deleteDirectory(inGuest, { recursive: true }, op);
  else await guest.files.deleteFile(inGuest, op);
}

async function sendOneByOne(work: TreeWork, op: Operation): Promise<void> {
  const { guest, root, plan, attributes } = work;
  for (const path of plan.makeDirectories) {
    const made = { createParents: false, attributes: attributes.directory };
    await guest.files.makeDirectory(pathInGuest(guest, root, path), made, op);
  }
  await allDone(plan.write.map((path) => writeFile(work, path, op)));
}

async function writeFile({ guest, root, tree, plan, ...work }: TreeWork, path: string, op: Operation): Promise<void> {
  const { localPath, sizeBytes } = localFile(tree, path);
  const content = { sizeBytes, open: () => createReadStream(localPath) };
  const attributes = { ...work.attributes.file, modifiedAt: work.modifiedAt };
  const secret = op.secretInputs.has("source");
  await guest.files.write(pathInGuest(guest, root, path), content, { attributes, ...plan.transfer, secret }, op);
}
