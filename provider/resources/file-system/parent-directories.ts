import { hasCode } from "../../errors/guest-error";
import { z } from "zod";
import { isRoot, parentOf } from "../../guest/paths/path";
import type { Guest, GuestFamily } from "../../guest/guest";
import type { GuestWork, RemovalTask, Task } from "../resource-kind";
import { parseMode } from "./attributes";

const defaultParentMode = "0755";

/** Directories that this process makes or has made, in one machine. */
class MadeDirectories {
  readonly made = new Set<string>();
  readonly #making = new Map<string, Promise<boolean>>();

  /** Makes it, once for all who ask at the same time; true for the one who did. That it was there already is no error. */
  async make(directory: string, makeDirectory: () => Promise<void>): Promise<boolean> {
    const making = this.#making.get(directory);
    if (making !== undefined) return making.then(() => false);
    const own = this.#make(directory, makeDirectory);
    this.#making.set(directory, own);
    return own;
  }

  /** Waits for those of the directories that are being made: they show in the guest before it is known who made them. */
  async settled(directories: readonly string[]): Promise<void> {
    await Promise.allSettled(directories.flatMap((directory) => this.#making.get(directory) ?? []));
  }

  async #make(directory: string, makeDirectory: () => Promise<void>): Promise<boolean> {
    try {
      await makeDirectory();
      this.made.add(directory);
      return true;
    } catch (error) {
      if (!hasCode(error, "PATH_EXISTS")) throw error;
      return false;
    } finally {
      this.#making.delete(directory);
    }
  }
}

const madeDirectories = new Map<string, MadeDirectories>();

function madeIn({ vm }: Guest): MadeDirectories {
  // Copies of a machine on two servers may have one UUID.
  const key = `${vm.server.address} ${vm.instanceUuid}`;
  const known = madeDirectories.get(key) ?? new MadeDirectories();
  madeDirectories.set(key, known);
  return known;
}

const recordedParents = z.object({ createdParents: z.array(z.string()).optional().catch(undefined) });

/** The directories above an object, as far as they are made for it. */
export class ParentDirectories {
  readonly #task: Task<object, object>;
  readonly #path: string;
  #madeAny = false;

  constructor(task: Task<object, object>, path: string) {
    this.#task = task;
    this.#path = path;
  }

  /** True once this has made one: it belongs to nobody until it is recorded, whatever becomes of the object. */
  get madeAny(): boolean {
    return this.#madeAny;
  }

  /** Makes those that are missing. */
  async make(parentMode: string | undefined): Promise<void> {
    const { guest, op } = this.#task;
    const attributes = guest.family === "windows" ? {} : { mode: parseMode(parentMode ?? defaultParentMode) };
    for (const directory of await missingParents(this.#task, this.#path)) {
      const make = () => guest.files.makeDirectory(directory, { createParents: false, attributes }, op);
      if (await madeIn(guest).make(directory, make)) this.#madeAny = true;
    }
    await madeIn(guest).settled(ancestors(this.#path, guest.family));
  }

  /**
   * Those that this deploy made, or that another resource's record tells to be made by it, topmost first: resources that
   * share a made parent all record it, so that on destroy whichever of them goes last removes it.
   */
  get ours(): string[] {
    const { guest, others } = this.#task;
    const recorded = others.records.flatMap((record) => recordedParents.parse(record).createdParents ?? []);
    const ours = new Set([...madeIn(guest).made, ...recorded]);
    return ancestors(this.#path, guest.family).filter((directory) => ours.has(directory));
  }
}

/** Removes directories that were made as parents, deepest first, as long as they are empty and no other resource's own. */
export async function removeMadeParents(
  { guest, others, op }: Pick<RemovalTask<object>, "guest" | "others" | "op">,
  made: readonly string[],
): Promise<void> {
  for (const directory of [...made].reverse()) {
    if ((await others.heldBy(directory)) !== undefined) return;
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
export function ancestors(path: string, family: GuestFamily): string[] {
  const directory = parentOf(path, family);
  return isRoot(directory) || directory === path ? [] : [...ancestors(directory, family), directory];
}
