import { hasCode } from "../../errors/guest-error";
import { z } from "zod";
import { isRoot, parentOf } from "../../guest/paths/path";
import type { Guest, GuestFamily } from "../../guest/guest";
import type { GuestWork, Task } from "../resource-kind";
import { parseMode } from "./attributes";

const defaultParentMode = "0755";

/** Directories that this process makes or has made, in one machine. */
class MadeDirectories {
  readonly made = new Set<string>();
  readonly #making = new Map<string, Promise<void>>();

  /** Makes it, once for all who ask at the same time. That it was there already is no error. */
  make(directory: string, makeDirectory: () => Promise<void>): Promise<void> {
    const making = this.#making.get(directory) ?? this.#make(directory, makeDirectory);
    this.#making.set(directory, making);
    return making;
  }

  /** Waits for those of the directories that are being made: they show in the guest before it is known who made them. */
  async settled(directories: readonly string[]): Promise<void> {
    await Promise.allSettled(directories.flatMap((directory) => this.#making.get(directory) ?? []));
  }

  async #make(directory: string, makeDirectory: () => Promise<void>): Promise<void> {
    try {
      await makeDirectory();
      this.made.add(directory);
    } catch (error) {
      if (!hasCode(error, "PATH_EXISTS")) throw error;
    } finally {
      this.#making.delete(directory);
    }
  }
}

const madeDirectories = new Map<string, MadeDirectories>();

function madeIn({ vm }: Guest): MadeDirectories {
  const known = madeDirectories.get(vm.instanceUuid) ?? new MadeDirectories();
  madeDirectories.set(vm.instanceUuid, known);
  return known;
}

const recordedParents = z.object({ createdParents: z.array(z.string()).optional().catch(undefined) });

/**
 * Makes the missing directories above `path`. Returns those above it that this deploy made, or that another resource's
 * record tells to be made by it, topmost first: resources that share a made parent all record it, so that on destroy
 * whichever of them goes last removes it.
 */
export async function makeParents(
  task: Task<object, object>,
  path: string,
  parentMode: string | undefined,
): Promise<string[]> {
  const { guest, op, others } = task;
  const missing = await missingParents(task, path);
  const attributes = guest.family === "windows" ? {} : { mode: parseMode(parentMode ?? defaultParentMode) };
  const here = madeIn(guest);
  for (const directory of missing) {
    await here.make(directory, () => guest.files.makeDirectory(directory, { createParents: false, attributes }, op));
  }
  const above = ancestors(path, guest.family);
  await here.settled(above);
  const recorded = others.records.flatMap((record) => recordedParents.parse(record).createdParents ?? []);
  const ours = new Set([...here.made, ...recorded]);
  return above.filter((directory) => ours.has(directory));
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
    if ((await guest.files.stat(directory, op, { absence: "likely" })) !== undefined) break;
    missing.unshift(directory);
  }
  return missing;
}

/** The directories above `path`, topmost first, without the root. */
function ancestors(path: string, family: GuestFamily): string[] {
  const directory = parentOf(path, family);
  return isRoot(directory) || directory === path ? [] : [...ancestors(directory, family), directory];
}
