import { isLeftBehind } from "../../../guest/files/temporary/name";
import { treeStagePrefix, treeStaleDays } from "../../../guest/paths/temporary-places";
import type { FileStat } from "../../../guest/guest";
import { allDone } from "../../../operation/all-done";
import type { GuestWork } from "../../resource-kind";
import { type GuestTree, pathInGuest } from "./guest-tree";

const stageStaleMs = (treeStaleDays + 1) * 24 * 3_600_000;

/** True for what a killed deploy has left in a tree: a file's temporary one, or the place where an archive was unpacked. */
export function isLeftover({ guest }: Pick<GuestWork, "guest">, path: string, stat: FileStat): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (stat.type === "file") return isLeftBehind(name, stat.modifiedAt, guest.family);
  const isStage = stat.type === "directory" && path.startsWith(treeStagePrefix) && name === path;
  return isStage && Date.now() - stat.modifiedAt.getTime() > stageStaleMs;
}

/** Removes those of what was found that a killed deploy has left. */
export async function removeLeftovers(work: GuestWork, root: string, found: GuestTree): Promise<void> {
  const { guest, op } = work;
  const left = [...found].filter(([path, stat]) => isLeftover(work, path, stat));
  await allDone(
    left.map(async ([path, { type }]) => {
      const inGuest = pathInGuest(guest, root, path);
      op.log.info(`${guest.vm.name} ${inGuest}: removed, since an interrupted deploy had left it`);
      if (type === "directory") await guest.files.deleteDirectory(inGuest, { recursive: true }, op);
      else await guest.files.deleteFile(inGuest, op);
    }),
  );
}
