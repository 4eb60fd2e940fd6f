import { GuestError, hasCode } from "../../errors/guest-error";
import { firstOf } from "../prospects";
import { isHeldByAnother } from "../file-system/place";
import type { RemovalTask } from "../resource-kind";
import { registryKey } from "../../guest/paths/registry-path";
import { keyOf } from "./key";
import { nameKey, ownNames } from "./plan";
import type { GuestRegistryKeyState } from "./schema";

type Removal = RemovalTask<GuestRegistryKeyState>;

/** Removes what this resource made, the key included where it made that too; what others have put there never unasked. */
export async function removeGuestRegistryKey(task: Removal): Promise<void> {
  const { guest, have, op } = task;
  const key = keyOf(have);
  if (await isHeldByAnother(task, registryKey(key), have)) return;
  if (have.recursiveDelete === true) await guest.registry.deleteKey(key, true, op);
  else await (have.created ? removeKey(task) : removeValues(task));
  await removeParents(task);
}

async function removeKey(task: Removal): Promise<void> {
  const { guest, have, op } = task;
  const key = keyOf(have);
  const values = await guest.registry.values(key, op);
  if (values === undefined) return;
  const ours = ownNames(have);
  const foreign = values.map(({ name }) => name).filter((name) => !ours.has(nameKey(name)));
  const subkeys = (await guest.registry.subkeys(key, op)) ?? [];
  const held = [...foreign.map((name) => `value "${name}"`), ...subkeys.map((name) => `key ${name}`)];
  if (held.length > 0) {
    throw new GuestError(
      "DIRECTORY_NOT_EMPTY",
      `${guest.vm.name} ${have.path}: holds what this resource did not make: ${firstOf(held)}. Nothing was removed. ` +
        "Remove it, or set recursiveDelete: true and run up before the destroy.",
    );
  }
  await guest.registry.deleteKey(key, false, op);
}

async function removeValues({ guest, have, op }: Removal): Promise<void> {
  const key = keyOf(have);
  const ours = ownNames(have);
  const values = ours.size === 0 ? [] : ((await guest.registry.values(key, op)) ?? []);
  for (const { name } of values) if (ours.has(nameKey(name))) await guest.registry.deleteValue(key, name, op);
  op.log.info(
    `${guest.vm.name} ${have.path}: was there before, so it is left. Set recursiveDelete to have it removed.`,
  );
}

/** Keys above that were made for it go while they hold nothing. */
async function removeParents({ guest, have, others, op }: Removal): Promise<void> {
  for (const path of have.createdParents ?? []) {
    const key = keyOf({ ...have, path });
    if ((await others.heldBy(registryKey(key))) !== undefined) return;
    const [values, subkeys] = [await guest.registry.values(key, op), await guest.registry.subkeys(key, op)];
    if ((values ?? []).length + (subkeys ?? []).length > 0) return;
    try {
      await guest.registry.deleteKey(key, false, op);
    } catch (error) {
      if (hasCode(error, "DIRECTORY_NOT_EMPTY")) return;
      throw error;
    }
  }
}
