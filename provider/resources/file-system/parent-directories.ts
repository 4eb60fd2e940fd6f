import { hasCode } from "../../errors/guest-error";
import { isRoot, parentOf } from "../../guest/paths/path";
import type { GuestFamily } from "../../guest/guest";
import type { GuestWork } from "../resource-kind";
import { parseMode } from "./attributes";

const defaultParentMode = "0755";

/**
 * Directories made in this process, by VM. Resources that share a made parent all record it, so that on destroy
 * whichever of them goes last removes it.
 */
const madeDirectories = new Map<string, Set<string>>();

/** Makes the missing directories above `path` and returns those that this deploy made, topmost first. */
export async function makeParents(work: GuestWork, path: string, parentMode: string | undefined): Promise<string[]> {
  const { guest, op } = work;
  const missing = await missingParents(work, path);
  const attributes = guest.family === "windows" ? {} : { mode: parseMode(parentMode ?? defaultParentMode) };
  const made = madeDirectories.get(guest.vm.instanceUuid) ?? new Set();
  madeDirectories.set(guest.vm.instanceUuid, made);
  for (const directory of missing) {
    try {
      await guest.files.makeDirectory(directory, { createParents: false, attributes }, op);
    } catch (error) {
      // Another resource of the same program made it in the meantime.
      if (!hasCode(error, "PATH_EXISTS")) throw error;
    }
    made.add(directory);
  }
  return ancestors(path, guest.family).filter((directory) => made.has(directory));
}

/** Removes directories that makeParents made, deepest first, as long as they are empty. */
export async function removeMadeParents({ guest, op }: GuestWork, made: readonly string[]): Promise<void> {
  for (const directory of [...made].reverse()) {
    try {
      await guest.files.deleteDirectory(directory, { recursive: false }, op);
    } catch (error) {
      if (hasCode(error, "DIRECTORY_NOT_EMPTY") || hasCode(error, "NOT_A_DIRECTORY")) return;
      throw error;
    }
  }
}

async function missingParents({ guest, op }: GuestWork, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (const directory of ancestors(path, guest.family).reverse()) {
    if ((await guest.files.stat(directory, op)) !== undefined) break;
    missing.unshift(directory);
  }
  return missing;
}

/** The directories above `path`, topmost first, without the root. */
function ancestors(path: string, family: GuestFamily): string[] {
  const directory = parentOf(path, family);
  return isRoot(directory) || directory === path ? [] : [...ancestors(directory, family), directory];
}
