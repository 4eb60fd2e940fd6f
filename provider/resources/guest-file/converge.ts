import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat, Guest, WriteOptions } from "../../guest/guest";
import {
  changeAttributes,
  parseMode,
  requireFitting,
  resolveAttributes,
  type RecordedIds,
} from "../file-system/attributes";
import { transferOf } from "../../vocabulary/inputs";
import { isSettled, modificationTimeForWrite } from "../file-system/modification-time";
import { makeParents } from "../file-system/parent-directories";
import { backUp } from "./backup";
import { type DesiredContent, contentInput, desiredContent } from "./content";
import { isAsRecorded } from "./content-drift";
import { type Origin, originOf } from "./origin";
import type { GuestFileState, GuestFileTask } from "./schema";
import { type Target, locateTarget } from "./target";
import { given } from "../../values/given";

const defaultMode = "0644";

/** Makes the file as declared: nothing where it is so already, attributes alone where only they differ, else an atomic write. */
export async function convergeGuestFile(task: GuestFileTask): Promise<GuestFileState> {
  const { guest, want, have, op } = task;
  requireFitting(guest, want);
  // What a new file would hide behind, a file that the login may not open, shows when it is put in place.
  const look = have === undefined ? ({ absence: "likely" } as const) : {};
  const [target, desired, attributes] = await allDone([
    locateTarget(task, look),
    desiredContent(want, op.signal),
    resolveAttributes(task, want),
  ]);
  try {
    return await convergeAt(task, target, desired, attributes);
  } catch (error) {
    if (target.stat !== undefined || !hasCode(error, "PATH_EXISTS")) throw error;
    if (refusesExisting(task)) throw isThere(task, error);
    // It came meanwhile, or was hidden from the first look.
    return convergeAt(task, await locateTarget(task), desired, attributes);
  }
}

async function convergeAt(
  task: GuestFileTask,
  target: Target,
  desired: DesiredContent | undefined,
  attributes: FileAttributes & RecordedIds,
): Promise<GuestFileState> {
  const { guest, want, have, op } = task;
  requireAllowed(task, target, desired);
  const made = await parentsFor(task, target);
  const createdParents = [...new Set([...made, ...(have?.createdParents ?? [])])].sort();
  const origin = originOf(have ?? task.others.former, want.path, target, guest.family);
  const written =
    (await keepContent(task, target, attributes, desired)) ??
    (await write(task, target, origin, attributes, desired ?? (await emptyContent(op.signal))));
  return {
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    sizeBytes: written.stat.sizeBytes,
    ...(desired === undefined ? {} : { sha256: desired.sha256 }),
    ...(written.isProof && desired !== undefined ? { modifiedAt: written.stat.modifiedAt.toISOString() } : {}),
    ...given({ ownerId: attributes.ownerId, groupId: attributes.groupId }),
    ...(createdParents.length === 0 ? {} : { createdParents }),
    ...origin,
    ...given({ backupPath: written.backupPath ?? origin.backupPath }),
  };
}

interface Written {
  readonly stat: FileStat;
  /** The modification time, with the size, proves that the content is ours. */
  readonly isProof: boolean;
  readonly backupPath?: string | undefined;
}

function requireAllowed(task: GuestFileTask, { path, stat }: Target, desired: DesiredContent | undefined): void {
  const { guest, want, have } = task;
  if (stat === undefined) return;
  if (refusesExisting(task)) throw isThere(task);
  if (have !== undefined || desired === undefined || stat.unreadable !== true || want.onExists === "overwrite") return;
  throw new GuestError(
    "GUEST_PERMISSION_DENIED",
    `${guest.vm.name} ${path}: is there already, and the guest login may not read it, so that nobody could tell what it ` +
      'would replace. Use a guest login that may read it, or set onExists to "overwrite".',
  );
}

function refusesExisting({ want, have }: GuestFileTask): boolean {
  return have === undefined && want.onExists === "error";
}

function isThere({ guest, want }: GuestFileTask, cause?: unknown): GuestError {
  return new GuestError(
    "PATH_EXISTS",
    `${guest.vm.name} ${want.path}: is there already, and onExists is "error". Remove the file, or set onExists to "adopt" to take it over.`,
    { cause },
  );
}

async function parentsFor(task: GuestFileTask, target: Target): Promise<string[]> {
  if (task.want.createParents !== true || target.stat !== undefined) return [];
  return makeParents(task, target.path, task.want.parentMode);
}

async function isContentKept(
  { guest, want, have, op }: GuestFileTask,
  desired: DesiredContent | undefined,
  found: FileStat,
): Promise<boolean> {
  if (desired === undefined) return true;
  if (have === undefined && want.onExists === "overwrite") return false;
  if (desired.sizeBytes !== found.sizeBytes) return false;
  if (found.unreadable) return have?.sha256 === desired.sha256 && isAsRecorded(have, found);
  if (have?.sha256 !== undefined && have.sha256 !== desired.sha256) return false;
  if (want.driftDetection !== "content" && have?.modifiedAt !== undefined) {
    // Written anew where the time differs: reading first would cost more requests than writing the same again.
    return have.sha256 === desired.sha256 && have.modifiedAt === found.modifiedAt.toISOString();
  }
  return (await guest.files.sha256(found.path, op, transferOf(want))) === desired.sha256;
}

/** Leaves the content alone and sets the attributes; undefined where the content is to be written. */
async function keepContent(
  task: GuestFileTask,
  target: Target,
  wanted: FileAttributes,
  desired: DesiredContent | undefined,
): Promise<Written | undefined> {
  const found = target.stat?.type === "file" ? target.stat : undefined;
  if (found === undefined || !(await isContentKept(task, desired, found))) return undefined;
  try {
    await changeAttributes(task, target.path, wanted, found);
  } catch (error) {
    if (!hasCode(error, "GUEST_PERMISSION_DENIED") || !mayBecomeTheLogins(task, desired)) throw error;
    return undefined;
  }
  const stat = { ...found, modifiedAt: wanted.modifiedAt ?? found.modifiedAt };
  return { stat, isProof: isProof(wanted, stat, stat.modifiedAt) };
}

/** A time that the program declares is the same for whatever content: it proves nothing. */
function isProof(wanted: FileAttributes, stat: FileStat, given: Date): boolean {
  return wanted.modifiedAt === undefined && stat.modifiedAt.getTime() === given.getTime() && isSettled(stat.modifiedAt);
}

/** Another's file, whose attributes only its owner may set: a new one of the same content is the login's own. */
function mayBecomeTheLogins({ want }: GuestFileTask, desired: DesiredContent | undefined): boolean {
  return desired?.source !== undefined && want.owner === undefined && want.group === undefined;
}

async function write(
  task: GuestFileTask,
  target: Target,
  origin: Origin,
  wanted: FileAttributes,
  desired: DesiredContent,
): Promise<Written> {
  const { guest, want, have, op } = task;
  if (desired.source === undefined) {
    throw new GuestError("INVALID_INPUT", `${want.path}: Pulumi told only the hash of source, not its bytes`);
  }
  const found = target.stat?.type === "file" ? target.stat : undefined;
  const isForeign =
    found !== undefined && !(have?.sizeBytes === found.sizeBytes && have.modifiedAt === found.modifiedAt.toISOString());
  // The first backup stays: it is what was there before us.
  const isBackedUp = origin.backupPath !== undefined;
  const backupPath = isForeign && !isBackedUp ? await backUp(task, target.path) : undefined;
  const modifiedAt = wanted.modifiedAt ?? modificationTimeForWrite(desired.sha256, found?.modifiedAt);
  const keep = have === undefined && want.onExists === "overwrite" ? undefined : found;
  const stat = await guest.files.write(
    target.path,
    desired.source,
    {
      attributes: { ...(keep === undefined ? defaultAttributes(guest) : {}), ...wanted, modifiedAt },
      ...given({ keep: keep && keptAttributes(keep) }),
      overwrite: target.stat !== undefined,
      ...given({ validateCommand: want.validateCommand }),
      ...transferOf(want),
      secret: op.secretInputs.has(contentInput(want) ?? "content"),
    },
    op,
  );
  return { stat, isProof: isProof(wanted, stat, modifiedAt), backupPath };
}

/** What the program does not say: a new file gets 0644 and the login as owner; what is there stays as it is. */
function defaultAttributes(guest: Guest): FileAttributes {
  return guest.family === "windows" ? {} : { mode: parseMode(defaultMode) };
}

function keptAttributes({ mode, ownerId, groupId }: FileStat): NonNullable<WriteOptions["keep"]> {
  return given({ mode, ownerId, groupId });
}

async function emptyContent(signal: AbortSignal): Promise<DesiredContent> {
  const desired = await desiredContent({ content: "" }, signal);
  if (desired === undefined) throw new Error("unreachable: content is given");
  return desired;
}
