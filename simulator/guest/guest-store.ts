import { chmod, chown, mkdir } from "node:fs/promises";
import type { Isolation } from "./linux/programs/isolation";
import { canSwitchUsers, guestGroup } from "./linux/run-as";

/**
 * Makes the directory in which the guests' roots lie, which other users of this machine must not get into: with root's
 * guests they would find set-id programs, and files of their own ids. Guest users act under their own ids and have to get
 * through, so they have a group of their own for that (run-as.ts). Where programs are ordinary processes of the machine
 * they have no such group, and the way stays open to who knows it.
 */
export async function makeGuestStore(directory: string, { kind }: Pick<Isolation, "kind">): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!canSwitchUsers()) return chmod(directory, 0o700);
  if (kind === "pathMapping") return chmod(directory, 0o711);
  await chown(directory, 0, guestGroup);
  await chmod(directory, 0o710);
}
