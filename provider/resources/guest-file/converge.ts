import { GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat, WriteOptions } from "../../guest/guest";
import {
  attributesToChange,
  changeAttributes,
  requireFitting,
  resolveAttributes,
  type RecordedIds,
} from "../file-system/attributes";
import { cleanupOperation } from "../../operation/deadline";
import { transferOf } from "../../vocabulary/inputs";
import { changedAt } from "../file-system/changed-at";
import { newFileMode } from "../file-system/new-file-mode";
import { isSettled, modificationTimeForWrite } from "../file-system/modification-time";
import { ParentDirectories } from "../file-system/parent-directories";
import { backUp } from "./backup";
import { type DesiredContent, desiredContent, isSecretContent } from "./content";
import { isAsRecorded, isUnwatched } from "./content-drift";
import { type Origin, originOf } from "./origin";
import { ConvergeIncompleteError } from "../resource-kind";
import type { GuestFileState, GuestFileTask } from "./schema";
import { type Target, locateTarget } from "./target";
import { given } from "../../values/given";

/** Makes the file as declared: nothing where it is so already, attributes alone where only they differ, else an atomic write. */
export async function convergeGuestFile(recorded: GuestFileTask): Promise<GuestFileState> {
  const parentsBefore = recorded.have?.createdParents ?? [];
  // There is no file of ours yet: what is there now is somebody's.
  const task = recorded.have?.parentsOnly === true ? { ...recorded, have: undefined } : recorded;
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
    return await convergeAt(task, { target, parentsBefore }, desired, attributes);
  } catch (error) {
    if (target.stat !== undefined || !hasCode(error, "PATH_EXISTS")) throw error;
    if (refusesExisting(task)) throw isThere(task, error);
    // It came meanwhile, or was hidden from the first look.
    return convergeAt(task, { target: await locateTarget(task), parentsBefore }, desired, attributes);
  }
}

async function convergeAt(
  task: GuestFileTask,
  { target, parentsBefore }: { readonly target: Target; readonly parentsBefore: readonly string[] },
  desired: DesiredContent | undefined,
  attributes: FileAttributes & RecordedIds,
): Promise<GuestFileState> {
  const { guest, want } = task;
  requireAllowed(task, target, desired);
  const parents = new ParentDirectories(task, target.path);
  try {
    if (want.createParents === true && target.stat === undefined) await parents.make(want.parentMode);
    return recordParents(parentsBefore, parents, await makeFile(task, target, desired, attributes));
  } catch (error) {
    if (error instanceof ConvergeIncompleteError) {
      const state = error.state as GuestFileState;
      throw new ConvergeIncompleteError(error.cause, recordParents(parentsBefore, parents, state));
    }
    if (!parents.madeAny || !(error instanceof Error)) throw error;
    const none = { ...want, instanceUuid: guest.vm.instanceUuid, sizeBytes: 0, parentsOnly: true };
    throw new ConvergeIncompleteError(error, recordParents(parentsBefore, parents, none));
  }
}

function recordParents(before: readonly string[], { ours }: ParentDirectories, state: GuestFileState): GuestFileState {
  const createdParents = [...new Set([...ours, ...before])].sort();
  return createdParents.length === 0 ? state : { ...state, createdParents };
}

async function makeFile(
  task: GuestFileTask,
  target: Target,
  desired: DesiredContent | undefined,
  attributes: FileAttributes & RecordedIds,
): Promise<GuestFileState> {
  const { guest, want, have, op } = task;
  const origin = originOf(have ?? task.others.former, want.path, target, guest.family);
  const kept = await keepContent(task, target, attributes, desired);
  const written = kept ?? (await write(task, target, origin, attributes, desired ?? (await emptyContent(op.signal))));
  const state: GuestFileState = {
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    sizeBytes: written.stat.sizeBytes,
    ...(desired === undefined ? {} : { sha256: desired.sha256 }),
    ...(written.isProof && desired !== undefined && !isUnwatched(task, desired)
      ? { modifiedAt: written.stat.modifiedAt.toISOString() }
      : {}),
    ...given({ ownerId: attributes.ownerId, groupId: attributes.groupId }),
    changedAt: changedAt(have, written.hasChanged),
    ...origin,
    ...given({ backupPath: written.backupPath ?? origin.backupPath }),
  };
  if (written.failure !== undefined) throw new ConvergeIncompleteError(written.failure, state);
  return state;
}

interface Written {
  readonly stat: FileStat;
  /** The modification time, with the size, proves that the content is ours. */
  readonly isProof: boolean;
  /** What is declared was changed: of a file with content its attributes alone don't count. */
  readonly hasChanged: boolean;
  readonly backupPath?: string | undefined;
  /** Why the file is not as declared, although it is in its place. */
  readonly failure?: Error;
}

/** Refuses a create where something is there that it must not take over. */
export function requireAllowed(task: GuestFileTask, { path, stat }: Target, desired: DesiredContent | undefined): void {
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

async function isContentKept(
  task: GuestFileTask,
  desired: DesiredContent | undefined,
  found: FileStat,
): Promise<boolean> {
  const { guest, want, have, op } = task;
  if (desired === undefined || isUnwatched(task, desired)) return true;
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
  const hasChanged = desired === undefined && Object.keys(attributesToChange(wanted, found)).length > 0;
  return { stat, isProof: isProof(wanted, stat, stat.modifiedAt), hasChanged };
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
  const writtenAt = wanted.modifiedAt ?? modificationTimeForWrite(desired.sha256, found?.modifiedAt);
  const keep = have === undefined && want.onExists === "overwrite" ? undefined : found;
  const options = {
    attributes: { ...(keep === undefined ? newFileMode(task, isSecretContent(task)) : {}), ...wanted },
    writtenAt,
    ...given({ keep: keep && keptAttributes(keep) }),
    overwrite: target.stat !== undefined,
    ...given({ validateCommand: want.validateCommand }),
    ...transferOf(want),
    secret: isSecretContent(task),
  };
  try {
    const stat = await guest.files.write(target.path, desired.source, options, op);
    return { stat, isProof: isProof(wanted, stat, writtenAt), hasChanged: true, backupPath };
  } catch (error) {
    const placed = target.stat === undefined ? await lookForPlaced(task, target.path) : undefined;
    const isOurs = placed?.sizeBytes === desired.sizeBytes && placed?.modifiedAt.getTime() === writtenAt.getTime();
    if (placed === undefined || !isOurs || !(error instanceof Error)) throw error;
    return { stat: placed, isProof: false, hasChanged: true, backupPath, failure: error };
  }
}

/** After a failure: what is at the path now, undefined where that can't be told either. */
async function lookForPlaced({ guest, op }: GuestFileTask, path: string): Promise<FileStat | undefined> {
  return guest.files.stat(path, cleanupOperation(op)).catch(() => undefined);
}

function keptAttributes({ mode, ownerId, groupId }: FileStat): NonNullable<WriteOptions["keep"]> {
  return given({ mode, ownerId, groupId });
}

async function emptyContent(signal: AbortSignal): Promise<DesiredContent> {
  const desired = await desiredContent({ content: "" }, signal);
  if (desired === undefined) throw new Error("unreachable: content is given");
  return desired;
}
