import { hasCode } from "../../errors/guest-error";
import type { FileStat, Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { attributeDrift, observeAttributes } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import { isSettled } from "../file-system/modification-time";
import type { Difference, Observed } from "../resource-kind";
import { contentInput, desiredContent } from "./content";
import { type ContentFinding, findContent, isAsRecorded } from "./content-drift";
import type { GuestFileInputs, GuestFileState } from "./schema";
import { locateTarget } from "./target";

/** Looks at the file: one listing of its directory, shared with the directory's other files, and bytes only where needed. */
export async function observeGuestFile(
  guest: Guest,
  want: GuestFileInputs,
  recorded: GuestFileState | undefined,
  op: Operation,
): Promise<Observed<GuestFileState>> {
  try {
    const { stat } = await locateTarget(guest, want, op, { maxAgeMs: observationMaxAgeMs });
    if (stat === undefined) return { exists: false, reason: "absent in the guest" };
    const finding = await contentFinding(guest, want, recorded, stat, op);
    return describe(guest, want, recorded, stat, finding);
  } catch (error) {
    if (!hasCode(error, "NOT_A_FILE")) throw error;
    return { exists: false, reason: (error as Error).message };
  }
}

async function contentFinding(
  guest: Guest,
  want: GuestFileInputs,
  recorded: GuestFileState | undefined,
  stat: FileStat,
  op: Operation,
): Promise<ContentFinding | undefined> {
  if (stat.type === "symlink") return { same: false, reason: "is a symbolic link in the guest" };
  const desired = await desiredContent(want, op.signal);
  return desired === undefined ? undefined : findContent(guest, want, desired, recorded, stat, op);
}

function describe(
  guest: Guest,
  want: GuestFileInputs,
  recorded: GuestFileState | undefined,
  stat: FileStat,
  finding: ContentFinding | undefined,
): Observed<GuestFileState> {
  const attributes = observeAttributes(want, recorded, stat);
  const { content: _content, contentBase64: _contentBase64, source: _source, ...rest } = want;
  const state: GuestFileState = {
    ...rest,
    ...attributes,
    ...observedContent(want, finding),
    ...carriedOver(recorded),
    instanceUuid: guest.vm.instanceUuid,
    ...observedProof(want, recorded, stat, finding),
    ...(stat.ownerId !== undefined && want.owner !== undefined ? { ownerId: stat.ownerId } : {}),
    ...(stat.groupId !== undefined && want.group !== undefined ? { groupId: stat.groupId } : {}),
  };
  const contentDrift: Difference[] =
    finding?.same === false ? [{ property: contentInput(want) ?? "content", reason: finding.reason }] : [];
  return { exists: true, state, drift: [...contentDrift, ...attributeDrift(want, attributes)] };
}

function observedContent(want: GuestFileInputs, finding: ContentFinding | undefined): Partial<GuestFileState> {
  const name = contentInput(want);
  if (name === undefined || finding === undefined) return {};
  if (finding.same) return { [name]: want[name] };
  return name === "content" && finding.text !== undefined ? { content: finding.text } : {};
}

/** Size, hash and time of what is there; of content that is not looked at (`driftDetection: off`), what is recorded. */
function observedProof(
  want: GuestFileInputs,
  recorded: GuestFileState | undefined,
  stat: FileStat,
  finding: ContentFinding | undefined,
): Pick<GuestFileState, "sizeBytes" | "sha256" | "modifiedAt"> {
  if (want.driftDetection === "off" && recorded?.sha256 !== undefined && recorded.sha256 === finding?.sha256) {
    const { sizeBytes, sha256, modifiedAt } = recorded;
    return { sizeBytes, sha256, modifiedAt };
  }
  return {
    sizeBytes: stat.sizeBytes,
    ...(finding?.sha256 === undefined ? {} : { sha256: finding.sha256 }),
    ...(finding?.same === true && isProof(recorded, finding.sha256, stat)
      ? { modifiedAt: stat.modifiedAt.toISOString() }
      : {}),
  };
}

function carriedOver(recorded: GuestFileState | undefined): Partial<GuestFileState> {
  return {
    ...(recorded?.createdParents === undefined ? {} : { createdParents: recorded.createdParents }),
    ...(recorded?.backupPath === undefined ? {} : { backupPath: recorded.backupPath }),
  };
}

/** What was proof stays proof while nothing has changed, whatever the clocks say. */
function isProof(recorded: GuestFileState | undefined, sha256: string, stat: FileStat): boolean {
  return isSettled(stat.modifiedAt) || (recorded?.sha256 === sha256 && isAsRecorded(recorded, stat));
}
