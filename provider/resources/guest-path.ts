import type { GuestFamily } from "../guest/guest";

/** The directory that holds `path`, in the guest's own notation: `/etc/app` -> `/etc`, `C:\a\b` -> `C:\a`. */
export function parentOf(path: string): string {
  const trimmed = trimSeparators(path);
  const at = Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf("\\"));
  const parent = trimmed.slice(0, at);
  if (parent === "") return "/";
  return /^[A-Za-z]:$/.test(parent) ? `${parent}\\` : parent;
}

/** The last part of a path. */
export function baseName(path: string): string {
  const trimmed = trimSeparators(path);
  return trimmed.slice(Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf("\\")) + 1);
}

export function joinPath(family: GuestFamily, directory: string, ...names: string[]): string {
  const separator = family === "windows" && !directory.includes("/") ? "\\" : "/";
  return [trimSeparators(directory), ...names].join(separator) || "/";
}

/** True for `/` and for a drive's root. */
export function isRoot(path: string): boolean {
  return path === "/" || /^[A-Za-z]:[\\/]?$/.test(path);
}

function trimSeparators(path: string): string {
  return isRoot(path) ? path.replace(/[\\/]$/, "") : path.replace(/[\\/]+$/, "");
}
