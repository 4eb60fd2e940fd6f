import type { FileStat, Guest } from "../../guest/guest";
import type { Operation } from "../../guest/operation";
import { attributeDrift, observeAttributes } from "../attributes";
import { observationMaxAgeMs } from "../freshness";
import type { Observed } from "../resource-kind";
import type { GuestDirectoryInputs, GuestDirectoryState } from "./schema";

/** Looks at the directory: one listing of its parent, shared with whatever else is declared there. */
export async function observeGuestDirectory(
  guest: Guest,
  want: GuestDirectoryInputs,
  recorded: GuestDirectoryState | undefined,
  op: Operation,
): Promise<Observed<GuestDirectoryState>> {
  const stat = await guest.files.stat(want.path, op, { maxAgeMs: observationMaxAgeMs });
  if (stat === undefined) return { exists: false, reason: "absent in the guest" };
  if (stat.type !== "directory")
    return { exists: false, reason: `a ${stat.type} in the guest, not a directory` };
  const attributes = observeAttributes(want, recorded, stat);
  return {
    exists: true,
    state: stateOf(guest, want, recorded, stat, attributes),
    drift: attributeDrift(want, attributes),
  };
}

function stateOf(
  guest: Guest,
  want: GuestDirectoryInputs,
  recorded: GuestDirectoryState | undefined,
  stat: FileStat,
  attributes: Partial<GuestDirectoryState>,
): GuestDirectoryState {
  return {
    ...want,
    ...attributes,
    instanceUuid: guest.vm.instanceUuid,
    created: recorded?.created ?? false,
    ...(recorded?.createdParents === undefined ? {} : { createdParents: recorded.createdParents }),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
}
