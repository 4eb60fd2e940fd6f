import { createReadStream } from "node:fs";
import { allDone } from "../../operation/all-done";
import { transferOf } from "../../vocabulary/inputs";
import { modificationTimeForWrite } from "../file-system/modification-time";
import { pathInGuest } from "./guest-tree";
import type { GuestDirectoryTask } from "./schema";
import { localFile, type SourceTree, treeSha256 } from "./source-tree";
import type { TreeAttributes, TreePlan, TreeWork } from "./tree-plan";
import { sendAsArchive } from "./tree-archive";

/** So many new files and directories, or more, go as one archive where the guest can unpack it: file by file is five requests each. */
const archiveThreshold = 4;

/** Carries a plan out, each file atomically. Returns the modification times given to the files it wrote. */
export async function applyTreePlan(
  task: GuestDirectoryTask,
  tree: SourceTree,
  plan: TreePlan,
  attributes: TreeAttributes,
): Promise<ReadonlyMap<string, Date>> {
  const { guest, want, op } = task;
  await allDone(plan.remove.map((one) => remove(task, one)));
  const modifiedAt = modificationTimeForWrite(treeSha256(tree));
  const work = { task, tree, plan, attributes, modifiedAt };
  const news = plan.write.length + plan.makeDirectories.length;
  const sent = guest.family === "posix" && news >= archiveThreshold && (await sendAsArchive(work));
  if (!sent) await sendOneByOne(work);
  await allDone(
    [...plan.attributes].map(([path, changes]) =>
      guest.files.changeAttributes(pathInGuest(guest, want.path, path), changes, op),
    ),
  );
  return new Map(plan.write.map((path) => [path, modifiedAt]));
}

async function remove(
  { guest, want, op }: GuestDirectoryTask,
  { path, type }: TreePlan["remove"][number],
): Promise<void> {
  const inGuest = pathInGuest(guest, want.path, path);
  if (type === "directory") await guest.files.deleteDirectory(inGuest, { recursive: true }, op);
  else await guest.files.deleteFile(inGuest, op);
}

async function sendOneByOne(work: TreeWork): Promise<void> {
  const { guest, want, op } = work.task;
  for (const path of work.plan.makeDirectories) {
    const made = { createParents: false, attributes: work.attributes.directory };
    await guest.files.makeDirectory(pathInGuest(guest, want.path, path), made, op);
  }
  await allDone(work.plan.write.map((path) => writeFile(work, path)));
}

async function writeFile({ task, tree, modifiedAt, ...work }: TreeWork, path: string): Promise<void> {
  const { guest, want, op } = task;
  const { localPath, sizeBytes } = localFile(tree, path);
  const content = { sizeBytes, open: () => createReadStream(localPath) };
  const attributes = { ...work.attributes.file, modifiedAt };
  const options = { attributes, ...transferOf(want), secret: op.secretInputs.has("source") };
  await guest.files.write(pathInGuest(guest, want.path, path), content, options, op);
}
