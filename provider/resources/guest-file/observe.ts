import { allDone } from "../../operation/all-done";
import { withAccounts } from "../file-system/look-ahead";
import { hasCode } from "../../errors/guest-error";
import type { FileStat } from "../../guest/guest";
import { attributeDrift, observeAttributes } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import { isSettled } from "../file-system/modification-time";
import type { Difference, Observed } from "../resource-kind";
import { contentInput, desiredContent } from "./content";
import { type ContentFinding, findContent, isAsRecorded } from "./content-drift";
import type { GuestFileInputs, GuestFileState, GuestFileTask } from "./schema";
import { originSeen } from "./origin";
import { locateTarget, type Target } from "./target";
import { given } from "../../values/given";

/** Looks at the file: one listing of its directory, shared with the directory's other files, and bytes only where needed. */
export async function observeGuestFile(task: GuestFileTask): Promise<Observed<GuestFileState>> {
  try {
    const target = await locateTarget(task, { maxAgeMs: observationMaxAgeMs });
    const { stat } = target;
    if (stat === undefined) return { exists: false, reason: "absent in the guest" };
    const [have, finding] = await allDone([withAccounts(task), contentFinding(task, stat)]);
    return describe({ ...task, have }, { ...target, stat }, finding);
  } catch (error) {
    if (!hasCode(error, "NOT_A_FILE")) throw error;
    return { exists: false, reason: (error as Error).message };
  }
}

async function contentFinding(task: GuestFileTask, stat: FileStat): Promise<ContentFinding | undefined> {
  if (stat.type === "symlink") return { same: false, reason: "is a symbolic link in the guest" };
  const desired = await desiredContent(task.want, task.op.signal);
  return desired === undefined ? undefined : findContent(task, desired, stat);
}

function describe(
  task: GuestFileTask,
  target: Target & { readonly stat: FileStat },
  finding: ContentFinding | undefined,
): Observed<GuestFileState> {
  const { guest, want, have } = task;
  const { stat } = target;
  const attributes = observeAttributes(want, have, stat);
  const { content: _content, contentBase64: _contentBase64, source: _source, ...rest } = want;
  const state: GuestFileState = {
    ...rest,
    ...attributes,
    ...observedContent(want, finding),
    ...originSeen(have, want.path, target),
    ...given({
      createdParents: have?.createdParents,
      parentsOnly: have?.parentsOnly,
      changedAt: have?.changedAt,
    }),
    instanceUuid: guest.vm.instanceUuid,
    ...observedProof(task, stat, finding),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
  const contentDrift: Difference[] =
    finding?.same === false
      ? [{ property: contentProperty(want, stat), reason: finding.reason, isLoss: !isOurs(have, stat, finding) }]
      : [];
  return { exists: true, state, drift: [...contentDrift, ...attributeDrift(want, attributes)] };
}

/** A link in the file's place is no content: it is replaced also where the content is left alone. */
function contentProperty(want: GuestFileInputs, stat: FileStat): string {
  return stat.type === "symlink" ? "symlinks" : (contentInput(want) ?? "content");
}

function observedContent(want: GuestFileInputs, finding: ContentFinding | undefined): Partial<GuestFileState> {
  const name = contentInput(want);
  if (name === undefined || finding === undefined) return {};
  if (finding.same) return { [name]: want[name] };
  return name === "content" && finding.text !== undefined ? { content: finding.text } : {};
}

/** Size, hash and time of what is there; of content that is not looked at (`driftDetection: off`), what is recorded. */
function observedProof(
  { want, have }: GuestFileTask,
  stat: FileStat,
  finding: ContentFinding | undefined,
): Pick<GuestFileState, "sizeBytes" | "sha256" | "modifiedAt"> {
  if (want.driftDetection === "off" && have?.sha256 !== undefined && have.sha256 === finding?.sha256) {
    const { sizeBytes, sha256, modifiedAt } = have;
    return { sizeBytes, sha256, modifiedAt };
  }
  return {
    sizeBytes: stat.sizeBytes,
    ...given({ sha256: finding?.sha256 }),
    ...(finding?.same === true && want.modificationTime === undefined && isProof(have, finding.sha256, stat)
      ? { modifiedAt: stat.modifiedAt.toISOString() }
      : {}),
  };
}

/** True for content that is as this resource last wrote it. */
function isOurs(recorded: GuestFileState | undefined, stat: FileStat, finding: ContentFinding): boolean {
  if (recorded?.sha256 === undefined) return false;
  return finding.sha256 === recorded.sha256 || isAsRecorded(recorded, stat);
}

/** What was proof stays proof while nothing has changed, whatever the clocks say. */
function isProof(recorded: GuestFileState | undefined, sha256: string, stat: FileStat): boolean {
  return isSettled(stat.modifiedAt) || (recorded?.sha256 === sha256 && isAsRecorded(recorded, stat));
}
