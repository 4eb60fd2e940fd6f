import { readFileSync } from "node:fs";
import type { PathTree } from "./path-tree";

/** Names of user ids by the guest's /etc/passwd as it is now; an id without account is its own name. */
export function ownerNames(tree: PathTree): (uid: number) => string {
  const names = new Map<number, string>();
  for (const line of readPasswd(tree).split("\n")) {
    const [name, , uid] = line.split(":");
    if (name !== undefined && uid !== undefined && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return (uid) => names.get(uid) ?? String(uid);
}

function readPasswd(tree: PathTree): string {
  try {
    return readFileSync(tree.locate("/etc/passwd", { followLast: true }).hostPath, "utf8");
  } catch {
    return "";
  }
}
