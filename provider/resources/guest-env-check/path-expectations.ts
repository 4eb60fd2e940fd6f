import { hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileStat, Sight } from "../../guest/guest";
import { observeAttributes, resolveAttributes } from "../file-system/attributes";
import type { GuestWork } from "../resource-kind";
import { type Finding, untellable, untoldWhereSecret } from "./finding";
import type { GuestEnvCheckTask, PathExpectation } from "./schema";

/** What is found of a path where nothing is. */
export const absence = "is absent";

/** Looks at all paths at once; those of one directory share a request. */
export async function pathFindings(task: GuestEnvCheckTask): Promise<Finding[]> {
  const paths = Object.entries(task.want.paths ?? {});
  const findings = paths.map(([path, expected]) =>
    findingsAt(task, path, expected).catch((error: unknown) => untellable(path, error)),
  );
  return (await allDone(findings)).flat();
}

/** What a look finds; untold where it can't be said whether anything is there. */
type Found = Sight | { readonly kind: "untold"; readonly reason: string };

type Wanted = Exclude<PathExpectation, string>;

async function findingsAt(work: GuestWork, path: string, expected: PathExpectation): Promise<Finding[]> {
  const sight = await findOrSay(work, path);
  const stat = sight.kind === "seen" ? sight.stat : undefined;
  const isAbsent = sight.kind === "absent";
  const found = describe(sight);
  if (expected === "absent") return [{ subject: path, expected: "to be absent", found, met: isAbsent }];
  const wanted: Wanted = expected === "present" ? {} : typeof expected === "string" ? { type: expected } : expected;
  const met = !isAbsent && sight.kind !== "untold" && (wanted.type === undefined || wanted.type === stat?.type);
  const existence = {
    subject: path,
    expected: wanted.type === undefined ? "to be there" : `a ${wanted.type}`,
    found,
    met,
  };
  if (!met) return [existence];
  if (stat === undefined) return [existence, ...untold(path, wanted, found)];
  const more = await allDone([attributeFindings(work, path, wanted, stat), contentFindings(work, path, wanted, stat)]);
  // What is there is told all the same: without it nobody could put it right.
  return [existence, ...untoldWhereSecret(work.op.secretInputs, "paths", more.flat())];
}

/** A path whose directory the login may not enter is a finding of its row, not the end of the check. */
async function findOrSay({ guest, op }: GuestWork, path: string): Promise<Found> {
  try {
    return await guest.files.find(path, op);
  } catch (error) {
    if (!hasCode(error, "GUEST_PERMISSION_DENIED")) throw error;
    return { kind: "untold", reason: "the guest login may not look into its directory" };
  }
}

function describe(sight: Found): string {
  switch (sight.kind) {
    case "absent":
      return absence;
    case "seen":
      return `is a ${sight.stat.type}`;
    case "untold":
      return `can't be told: ${sight.reason}`;
    case "unseen":
      return `is there, and no more can be told: ${sight.reason}`;
  }
}

/** What is expected of an object that can't be looked at: nothing of it is met. */
function untold(path: string, wanted: Wanted, found: string): Finding[] {
  return (["mode", "owner", "group", "sha256"] as const)
    .filter((name) => wanted[name] !== undefined)
    .map((name) => ({ subject: `${path} ${name}`, expected: String(wanted[name]), found, met: false }));
}

async function attributeFindings(work: GuestWork, path: string, wanted: Wanted, stat: FileStat): Promise<Finding[]> {
  const { ownerId, groupId } = await resolveAttributes(work, wanted);
  const observed = observeAttributes(wanted, { owner: wanted.owner, group: wanted.group, ownerId, groupId }, stat);
  return (["mode", "owner", "group"] as const)
    .filter((name) => wanted[name] !== undefined)
    .map((name) => ({
      subject: `${path} ${name}`,
      expected: String(wanted[name]),
      found: `is ${observed[name] ?? "unknown"}`,
      met: observed[name] === wanted[name],
    }));
}

async function contentFindings(
  { guest, op }: GuestWork,
  path: string,
  wanted: Wanted,
  stat: FileStat,
): Promise<Finding[]> {
  if (wanted.sha256 === undefined) return [];
  const subject = `${path} sha256`;
  if (stat.type !== "file") return [{ subject, expected: wanted.sha256, found: `is a ${stat.type}`, met: false }];
  if (stat.unreadable)
    return [{ subject, expected: wanted.sha256, found: "can't be read by the guest login", met: false }];
  const sha256 = await guest.files.sha256(stat.path, op);
  return [{ subject, expected: wanted.sha256, found: `is ${sha256}`, met: sha256 === wanted.sha256.toLowerCase() }];
}
