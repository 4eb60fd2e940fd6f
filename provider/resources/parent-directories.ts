import { hasCode } from "../errors/guest-error";
import type { Guest } from "../guest/guest";
import type { Operation } from "../guest/operation";
import { parseMode } from "./attributes";
import { isRoot, parentOf } from "./guest-path";

const defaultParentMode = "0755";

/** Makes the missing directories above `path` and returns those it made, topmost first; none when all are there. */
export async function makeParents(guest: Guest, path: string, parentMode: string | undefined, op: Operation): Promise<string[]> {
  const missing = await missingParents(guest, path, op);
  const attributes = guest.family === "windows" ? {} : { mode: parseMode(parentMode ?? defaultParentMode) };
  const made: string[] = [];
  for (const directory of missing) {
    try {
      await guest.files.makeDirectory(directory, { createParents: false, attributes }, op);
      made.push(directory);
    } catch (error) {
      // Another resource of the same program may have made it in the meantime.
      if (!hasCode(error, "PATH_EXISTS")) throw error;
    }
  }
  return made;
}

/** Removes directories that makeParents made, deepest first, as long as they are empty. */
export async function removeMadeParents(guest: Guest, made: readonly string[], op: Operation): Promise<void> {
  for (const directory of [...made].reverse()) {
    try {
      await guest.files.deleteDirectory(directory, { recursive: false }, op);
    } catch (error) {
      if (hasCode(error, "DIRECTORY_NOT_EMPTY") || hasCode(error, "NOT_A_DIRECTORY")) return;
      throw error;
    }
  }
}

async function missingParents(guest: Guest, path: string, op: Operation): Promise<string[]> {
  const missing: string[] = [];
  for (let directory = parentOf(path); !isRoot(directory); directory = parentOf(directory)) {
    if ((await guest.files.stat(directory, op)) !== undefined) break;
    missing.unshift(directory);
  }
  return missing;
}
