import { familyOf, normalPath } from "../../guest/paths/normal-path";
import { joinPath } from "../../guest/paths/path";

/** The input `backup`. */
interface Backup {
  readonly suffix?: string | undefined;
  readonly directory?: string | undefined;
}

/**
 * Where `backup` says that the copy goes. In a directory its name is the file's whole path, `etc!app!app.conf`, so that files of one
 * name don't meet there (as Emacs' backup directories have it).
 */
export function backupPath(backup: Backup, path: string): string {
  if (backup.directory === undefined) return `${path}${backup.suffix ?? ""}`;
  const family = familyOf(path);
  const parts = normalPath(path).split(family === "windows" ? "\\" : "/");
  const name = parts.filter((part) => part !== "").map((part) => part.replace(/^([A-Z]):$/, "$1"));
  return joinPath(backup.directory, name.join("!"), family);
}
