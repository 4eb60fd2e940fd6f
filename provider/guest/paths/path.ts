import type { GuestFamily } from "../guest";

/** An absolute guest path cut into the directory that holds the object and the object's name there. */
export interface SplitPath {
  readonly directory: string;
  /** "." for a root, which no directory holds. */
  readonly name: string;
}

/** `/etc/hosts` -> {`/etc`, `hosts`}; `C:\a` -> {`C:\`, `a`}; `/` -> {`/`, `.`}. Trailing separators do not count. */
export function splitPath(path: string, family: GuestFamily): SplitPath {
  const trimmed = withoutTrailingSeparators(path, family);
  const at = lastSeparator(trimmed, family);
  const name = trimmed.slice(at + 1);
  if (name === "" || isDrive(name, family)) return { directory: rootOf(trimmed, family), name: "." };
  if (at < 0) return { directory: ".", name };
  const directory = trimmed.slice(0, at);
  return { directory: directory === "" || isDrive(directory, family) ? rootOf(directory, family) : directory, name };
}

/** The directory that holds the object: `/etc/app` -> `/etc`, `C:\a\b` -> `C:\a`; a root holds itself. */
export function parentOf(path: string, family: GuestFamily): string {
  return splitPath(path, family).directory;
}

/** True for `/` and for a drive's root. */
export function isRoot(path: string): boolean {
  return path === "/" || /^[A-Za-z]:[\\/]?$/.test(path);
}

/** The path of `name` in `directory`. */
export function joinPath(directory: string, name: string, family: GuestFamily): string {
  const separator = family === "windows" && !directory.includes("/") ? "\\" : "/";
  return /[\\/]$/.test(directory) && lastSeparator(directory, family) === directory.length - 1
    ? directory + name
    : directory + separator + name;
}

/**
 * `<dir>/.`: names a directory so that a link in its last place is followed
 * (docs/reference/guest-operations.md#listings: the plain path of a link to a directory lists the link).
 */
export function followed(directory: string, family: GuestFamily): string {
  return joinPath(directory, ".", family);
}

/** What follows the last separator: listings of directories give base names, some servers give whole paths. */
export function baseName(path: string, family: GuestFamily): string {
  return path.slice(lastSeparator(path, family) + 1);
}

/** Names that are the same object compare equal: Windows ignores case. */
export function nameKey(name: string, family: GuestFamily): string {
  return family === "windows" ? name.toLowerCase() : name;
}

/** The path without separators at its end. By hand: `/\/+$/` takes the square of their number where many slashes stand in the middle. */
export function withoutTrailingSeparators(path: string, family: GuestFamily): string {
  let end = path.length;
  while (end > 0 && isSeparator(path.charAt(end - 1), family)) end -= 1;
  return path.slice(0, end);
}

function isSeparator(character: string, family: GuestFamily): boolean {
  return character === "/" || (family === "windows" && character === "\\");
}

function lastSeparator(path: string, family: GuestFamily): number {
  return family === "windows" ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) : path.lastIndexOf("/");
}

function isDrive(text: string, family: GuestFamily): boolean {
  return family === "windows" && /^[A-Za-z]:$/.test(text);
}

function rootOf(text: string, family: GuestFamily): string {
  return family === "windows" && text !== "" ? `${text}\\` : "/";
}
