import { allDone } from "../../operation/all-done";
import type { FileStat } from "../../guest/guest";
import { observeAttributes, resolveAttributes } from "../file-system/attributes";
import type { GuestWork } from "../resource-kind";
import { type Finding, untoldWhereSecret } from "./finding";
import type { GuestEnvCheckTask, PathExpectation } from "./schema";

/** Looks at all paths at once; those of one directory share a request. */
export async function pathFindings(task: GuestEnvCheckTask): Promise<Finding[]> {
  const paths = Object.entries(task.want.paths ?? {});
  return (await allDone(paths.map(([path, expected]) => findingsAt(task, path, expected)))).flat();
}

type Wanted = Exclude<PathExpectation, string>;

async function findingsAt(work: GuestWork, path: string, expected: PathExpectation): Promise<Finding[]> {
  const stat = await work.guest.files.stat(path, work.op);
  const found = stat === undefined ? "is absent" : `is a ${stat.type}`;
  if (expected === "absent") return [{ subject: path, expected: "to be absent", found, met: stat === undefined }];
  const wanted: Wanted = expected === "present" ? {} : typeof expected === "string" ? { type: expected } : expected;
  const met = stat !== undefined && (wanted.type === undefined || wanted.type === stat.type);
  const existence = {
    subject: path,
    expected: wanted.type === undefined ? "to be there" : `a ${wanted.type}`,
    found,
    met,
  };
  if (stat === undefined || !met) return [existence];
  const more = await allDone([attributeFindings(work, path, wanted, stat), contentFindings(work, path, wanted, stat)]);
  // What is there is told all the same: without it nobody could put it right.
  return [existence, ...untoldWhereSecret(work.op.secretInputs, "paths", more.flat())];
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
  const sha256 = await guest.files.sha256(stat.path, op);
  return [{ subject, expected: wanted.sha256, found: `is ${sha256}`, met: sha256 === wanted.sha256.toLowerCase() }];
}
