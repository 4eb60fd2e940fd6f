import { readdirSync } from "node:fs";
import { systemLinks, systemMounts } from "../shared-directories";

/** Top-level names that mean the same on the machine as in a guest. */
const sharedNames: ReadonlySet<string> = new Set([
  ...["dev", "proc", "sys"],
  ...systemLinks().map(({ name }) => name),
  ...systemMounts().map(({ guestPath }) => guestPath.split("/")[1] ?? ""),
]);

/** Rewrites absolute paths in a text that start with a top-level name of the guest, so that they lie below `root`. */
export function mapGuestPaths(text: string, root: string): string {
  const own = readdirSync(root).filter((name) => !sharedNames.has(name) || name === "etc");
  if (own.length === 0) return text;
  const names = own.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const guestPath = new RegExp(`(^|[\\s"'\`=:;,|&<>(){}[\\]!])/(?=(?:${names})(?![\\w.-]))`, "g");
  return text.replace(guestPath, (match: string, before: string, offset: number) =>
    text.startsWith(root, offset + before.length) ? match : `${before}${root}/`,
  );
}
