import { systemLinks, systemMounts } from "../shared-directories";

/** Top-level names that mean the same on the machine as in a guest. */
const sharedNames: ReadonlySet<string> = new Set([
  ...["dev", "proc", "sys"],
  ...systemLinks().map(({ name }) => name),
  ...systemMounts()
    .map(({ guestPath }) => guestPath.split("/"))
    .filter((names) => names.length === 2)
    .map(([, name = ""]) => name),
]);

/** An absolute path at the start of a word; the first group is what stands before it, the second its first name. */
const absolutePath = /(^|[\s"'`=:;,|&<>(){}[\]!])\/([^\s/"'`;,|&<>(){}]+)/g;

/**
 * Puts absolute paths in a text below `root`, all but those that are shared with the machine. Trap: it cannot tell a
 * path from other text that looks like one, such as a sed address; it rather rewrites too much than lets a program
 * write to the machine.
 */
export function mapGuestPaths(text: string, root: string): string {
  return text.replace(absolutePath, (match: string, before: string, name: string, offset: number) => {
    const isOurs = !sharedNames.has(name) && !text.startsWith(`${root}/`, offset + before.length);
    return isOurs ? `${before}${root}/${name}` : match;
  });
}
