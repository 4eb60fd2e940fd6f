import { unlinkSync } from "node:fs";
import { VixError } from "../../guest-agent";
import { ErrnoError, vixErrors } from "../../vix";
import type { PathTree } from "../path-tree";

/** DeleteFileInGuest: regular files and links only; a link is removed, never followed. */
export function deleteFile(tree: PathTree, path: string): void {
  const place = tree.locateForChange(path, { followLast: false });
  if (place.stats === undefined) throw new ErrnoError("ENOENT");
  if (!place.stats.isFile() && !place.stats.isSymbolicLink()) throw new VixError(vixErrors.NOT_A_FILE);
  unlinkSync(place.hostPath);
}
