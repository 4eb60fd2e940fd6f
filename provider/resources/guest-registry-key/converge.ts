import { hasCode } from "../../errors/guest-error";
import { keysAbove } from "../../guest/paths/registry-path";
import { given } from "../../values/given";
import { changedAt } from "../file-system/changed-at";
import { ConvergeIncompleteError } from "../resource-kind";
import { keyOf } from "./key";
import { requireNew, requireWindows } from "./observe";
import { nameKey, ownNames, planValues } from "./plan";
import type { GuestRegistryKeyState, GuestRegistryKeyTask } from "./schema";

/** Makes the key where it is absent, and its values as declared. */
export async function convergeGuestRegistryKey(given: GuestRegistryKeyTask): Promise<GuestRegistryKeyState> {
  const task = { ...given, have: given.have ?? given.others.former };
  requireWindows(task.guest, task.want);
  return new KeyWork(task).run();
}

/** The work on one key: what it has done is recorded also where it fails. */
class KeyWork {
  readonly #task: GuestRegistryKeyTask;
  /** Those of the declared values that others had set. */
  readonly #adopted: Set<string>;
  readonly #madeParents: string[] = [];
  #isMade = false;
  #hasChanged = false;

  constructor(task: GuestRegistryKeyTask) {
    this.#task = task;
    this.#adopted = new Set(task.have?.adopted);
  }

  async run(): Promise<GuestRegistryKeyState> {
    try {
      await this.#work();
      return this.#state();
    } catch (error) {
      if (!this.#isMade && !this.#hasChanged) throw error;
      throw new ConvergeIncompleteError(error as Error, this.#state());
    }
  }

  async #work(): Promise<void> {
    const { guest, want, have, op } = this.#task;
    const key = keyOf(want);
    const there = (await guest.registry.values(key, op)) ?? (await this.#make());
    if (have === undefined && !this.#isMade) requireNew(guest, want);
    const ours = ownNames(have);
    const declared = new Set(Object.keys(want.values ?? {}).map(nameKey));
    for (const { name } of there) {
      if (declared.has(nameKey(name)) && !ours.has(nameKey(name))) this.#adopted.add(name);
    }
    const plan = planValues(this.#task, there);
    for (const value of plan.set) {
      await guest.registry.set(key, value, op);
      this.#hasChanged = true;
    }
    for (const name of plan.remove) {
      await guest.registry.deleteValue(key, name, op);
      this.#hasChanged = true;
    }
  }

  /** Windows makes missing keys above it, too: which these are has to be known before. */
  async #make() {
    const { guest, want, op } = this.#task;
    const missing: string[] = [];
    for (const above of keysAbove(keyOf(want))) {
      if ((await guest.registry.values(above, op)) !== undefined) break;
      missing.push(above.path);
    }
    try {
      await guest.registry.create(keyOf(want), op);
      this.#isMade = this.#hasChanged = true;
      this.#madeParents.push(...missing);
      return [];
    } catch (error) {
      // Another has made it since.
      if (!hasCode(error, "PATH_EXISTS")) throw error;
      return (await guest.registry.values(keyOf(want), op)) ?? [];
    }
  }

  #state(): GuestRegistryKeyState {
    const { guest, want, have } = this.#task;
    const declared = new Set(Object.keys(want.values ?? {}).map(nameKey));
    const adopted = [...this.#adopted].filter((name) => declared.has(nameKey(name)));
    const createdParents = [...(have?.createdParents ?? []), ...this.#madeParents];
    return {
      ...want,
      instanceUuid: guest.vm.instanceUuid,
      created: this.#isMade || (have?.created ?? false),
      ...(adopted.length === 0 ? {} : { adopted }),
      ...(createdParents.length === 0 ? {} : { createdParents: [...new Set(createdParents)] }),
      ...given({ changedAt: changedAt(have, this.#hasChanged) }),
    };
  }
}
