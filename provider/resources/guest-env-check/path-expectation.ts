import type { FileStat, Guest } from "../../guest/guest";
import type { Operation } from "../../guest/operation";
import { attributeDrift, observeAttributes, resolveAttributes } from "../attributes";
import type { PathExpectation } from "./schema";

/** Every way in which a path is not as expected. */
export async function pathFailures(
  guest: Guest,
  path: string,
  expected: PathExpectation,
  op: Operation,
): Promise<string[]> {
  const stat = await guest.files.stat(path, op);
  if (expected === "absent")
    return stat === undefined ? [] : [`${path}: is there (a ${stat.type}), expected to be absent`];
  if (stat === undefined) return [`${path}: is absent`];
  if (expected === "present") return [];
  const wanted = typeof expected === "string" ? { type: expected } : expected;
  const wrongType = wanted.type !== undefined && wanted.type !== stat.type;
  if (wrongType) return [`${path}: is a ${stat.type}, expected a ${wanted.type}`];
  const failures = await Promise.all([
    attributeFailures(guest, wanted, stat, op),
    contentFailures(guest, wanted, stat, op),
  ]);
  return failures.flat().map((failure) => `${path}: ${failure}`);
}

type Wanted = Exclude<PathExpectation, string>;

async function attributeFailures(guest: Guest, wanted: Wanted, stat: FileStat, op: Operation): Promise<string[]> {
  const { ownerId, groupId } = await resolveAttributes(guest, wanted, op);
  const observed = observeAttributes(wanted, { owner: wanted.owner, group: wanted.group, ownerId, groupId }, stat);
  return attributeDrift(wanted, observed).map(({ reason }) => reason.replace(" in the guest, wanted ", ", expected "));
}

async function contentFailures(guest: Guest, wanted: Wanted, stat: FileStat, op: Operation): Promise<string[]> {
  if (wanted.sha256 === undefined) return [];
  if (stat.type !== "file") return [`is a ${stat.type}, expected a file`];
  const sha256 = await guest.files.sha256(stat.path, op);
  return sha256 === wanted.sha256.toLowerCase() ? [] : [`sha256 is ${sha256}, expected ${wanted.sha256}`];
}
