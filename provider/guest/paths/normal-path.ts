import type { GuestFamily } from "../guest";

/**
 * An absolute guest path in its one notation: no doubled, trailing or mixed separators, no `.` in it; a drive's letter in
 * upper case. `/srv//f`, `/srv/./f` and `/srv/f/` -> `/srv/f`; `c:/app/` -> `C:\app`. The family shows in the path itself.
 * Links are not resolved.
 */
export function normalPath(path: string): string {
  const isWindows = isWindowsPath(path);
  const parts = path.split(isWindows ? /[\\/]/ : "/").filter((part) => part !== "" && part !== ".");
  if (!isWindows) return `/${parts.join("/")}`;
  const [drive = "", ...names] = parts;
  return [drive.toUpperCase(), ...(names.length === 0 ? [""] : names)].join("\\");
}

/** What is the same for two notations of one object, and differs for two objects: Windows ignores case. */
export function pathKey(path: string): string {
  const normal = normalPath(path);
  return isWindowsPath(path) ? normal.toLowerCase() : normal;
}

/** The rest of `path` after the directory of that key, with `/` between its parts; undefined where it is not below. Both are keys. */
export function relativeKey(directoryKey: string, key: string): string | undefined {
  const separator = isWindowsPath(directoryKey) ? "\\" : "/";
  const prefix = directoryKey.endsWith(separator) ? directoryKey : directoryKey + separator;
  if (!key.startsWith(prefix) || key.length === prefix.length) return undefined;
  return key.slice(prefix.length).split(separator).join("/");
}

/** The family of guests that an absolute path is of. */
export function familyOf(path: string): GuestFamily {
  return isWindowsPath(path) ? "windows" : "posix";
}

function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:/.test(path);
}
