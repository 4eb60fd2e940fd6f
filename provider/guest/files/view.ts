import { hasCode } from "../../errors/guest-error";
import type { GuestFileInfo } from "../../vim/guest-operations/guest-file";
import type { DirectoryEntry } from "../calls/list-entries";
import { nameKey } from "../paths/path";
import type { GuestFamily } from "../guest";

/**
 * What a look into a directory told: entries by name key (paths/path.ts), that there is no such directory, or that it
 * may not be listed. `complete`: a name without an entry is not listed at all.
 */
export type DirectoryView =
  | { readonly kind: "listed"; readonly entries: ReadonlyMap<string, GuestFileInfo>; readonly complete: boolean }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable" };

export function viewOf(entries: readonly DirectoryEntry[], complete: boolean, family: GuestFamily): DirectoryView {
  return {
    kind: "listed",
    entries: new Map(entries.map(({ name, info }) => [nameKey(name, family), info])),
    complete,
  };
}

/** The view behind a refusal to list; rethrows what says nothing about the directory. */
export function viewOfRefusal(error: unknown): DirectoryView {
  if (hasCode(error, "PATH_NOT_FOUND") || hasCode(error, "NOT_A_DIRECTORY")) return { kind: "absent" };
  if (hasCode(error, "GUEST_PERMISSION_DENIED")) return { kind: "unreadable" };
  throw error;
}
