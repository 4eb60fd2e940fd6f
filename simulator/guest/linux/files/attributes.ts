import { chmodSync, statSync, utimesSync } from "node:fs";
import { VixError, type AgentFileAttributes, type GuestUser } from "../../guest-agent";
import { ErrnoError, vixErrors } from "../../vix";
import type { FileOwners } from "../file-owners";
import type { PathTree } from "../path-tree";

/** Windows attributes on a POSIX guest are refused before anything else is looked at. */
export function checkPosixAttributes(attributes: AgentFileAttributes): void {
  if (attributes.hidden !== undefined || attributes.readOnly !== undefined)
    throw new VixError(vixErrors.INVALID_ARGUMENT);
}

/** Nanoseconds to which the agent keeps the time that is not changed: the two recorded agents differ. */
export type TimeResolution = 1000n | 100n;

/** ChangeFileAttributesInGuest: follows links; times, then owner, then mode, and stops at the first that fails. */
export function changeAttributes(
  tree: PathTree,
  user: GuestUser,
  path: string,
  attributes: AgentFileAttributes,
  resolution: TimeResolution,
): void {
  const place = tree.locateForChange(path, { followLast: true });
  if (place.stats === undefined) throw new ErrnoError("ENOENT");
  applyAttributes(tree.owners, user, place.hostPath, attributes, resolution);
}

/** Sets what is given on an object that is no link. */
export function applyAttributes(
  owners: FileOwners,
  user: GuestUser,
  hostPath: string,
  attributes: AgentFileAttributes,
  resolution: TimeResolution,
): void {
  const { modificationTime, accessTime, ownerId, groupId, permissions } = attributes;
  if (modificationTime !== undefined || accessTime !== undefined) {
    const before = statSync(hostPath, { bigint: true });
    utimesSync(
      hostPath,
      accessTime === undefined ? cutSeconds(before.atimeNs, resolution) : settableSeconds(accessTime),
      modificationTime === undefined ? cutSeconds(before.mtimeNs, resolution) : settableSeconds(modificationTime),
    );
  }
  if (ownerId !== undefined || groupId !== undefined) owners.change(user, hostPath, ownerId, groupId);
  if (permissions !== undefined) chmodSync(hostPath, Number(BigInt.asUintN(12, BigInt(Math.trunc(permissions)))));
}

/** Times before 1970 become 0, as the agent does. */
function settableSeconds(time: Date): number {
  return Math.max(0, Math.floor(time.getTime() / 1000));
}

function cutSeconds(nanoseconds: bigint, resolution: TimeResolution): number {
  return Number(nanoseconds / resolution) / (1e9 / Number(resolution));
}
