import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { FileAttributes, FileStat, Guest } from "../../guest/guest";
import { changeAttributes, parseMode, requireFitting, resolveAttributes } from "../file-system/attributes";
import { transferOf } from "../../vocabulary/inputs";
import { isSettled, modificationTimeForWrite } from "../file-system/modification-time";
import { makeParents } from "../file-system/parent-directories";
import type { GuestWork } from "../resource-kind";
import { backUp } from "./backup";
import { type DesiredContent, contentInput, desiredContent } from "./content";
import type { GuestFileState, GuestFileTask } from "./schema";
import { type Target, locateTarget } from "./target";
import { given } from "../../values/given";

const defaultMode = "0644";

/** Makes the file as declared: nothing where it is so already, attributes alone where only they differ, else an atomic write. */
export async function convergeGuestFile(task: GuestFileTask): Promise<GuestFileState> {
  const { guest, want, have, op } = task;
  requireFitting(guest, want);
  const [target, desired, attributes] = await allDone([
    locateTarget(task),
    desiredContent(want, op.signal),
    resolveAttributes(task, want),
  ]);
  requireAllowed(task, target);
  const made = await parentsFor(task, target);
  const createdParents = [...new Set([...made, ...(have?.createdParents ?? [])])].sort();
  const found = target.stat?.type === "file" ? target.stat : undefined;
  const kept = found !== undefined && (await isContentKept(task, desired, found));
  const written = kept
    ? await keepContent(task, target.path, attributes, found)
    : await write(task, target, attributes, desired ?? (await emptyContent(op.signal)));
  const backupPath = written.backupPath ?? have?.backupPath;
  return {
    ...want,
    instanceUuid: guest.vm.instanceUuid,
    sizeBytes: written.stat.sizeBytes,
    ...(desired === undefined ? {} : { sha256: desired.sha256 }),
    ...(written.isProof && desired !== undefined ? { modifiedAt: written.stat.modifiedAt.toISOString() } : {}),
    ...given({ ownerId: attributes.ownerId, groupId: attributes.groupId }),
    ...(createdParents.length === 0 ? {} : { createdParents }),
    ...given({ backupPath }),
  };
}

interface Written {
  readonly stat: FileStat;
  /** The modification time, with the size, proves that the content is ours. */
  readonly isProof: boolean;
  readonly backupPath?: string | undefined;
}

function requireAllowed({ guest, want, have }: GuestFileTask, target: Target): void {
  if (have !== undefined || want.onExists !== "error" || target.stat === undefined) return;
  throw new GuestError(
    "PATH_EXISTS",
    `${guest.vm.name} ${want.path}: is there already, and onExists is "error". Remove the file, or set onExists to "adopt" to take it over.`,
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
  if (have?.sha256 !== undefined && have.sha256 !== desired.sha256) return false;
  if (want.driftDetection !== "content" && have?.modifiedAt !== undefined) {
    // Written anew where the time differs: reading first would cost more requests than writing the same again.
    return have.sha256 === desired.sha256 && have.modifiedAt === found.modifiedAt.toISOString();
  }
  return (await guest.files.sha256(found.path, op, transferOf(want))) === desired.sha256;
}

async function keepContent(work: GuestWork, path: string, wanted: FileAttributes, found: FileStat): Promise<Written> {
  await changeAttributes(work, path, wanted, found);
  const stat = { ...found, modifiedAt: wanted.modifiedAt ?? found.modifiedAt };
  return { stat, isProof: isSettled(stat.modifiedAt) };
}

async function write(
  task: GuestFileTask,
  target: Target,
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
  const isBackedUp = have?.backupPath !== undefined;
  const backupPath = isForeign && !isBackedUp ? await backUp(task, target.path) : undefined;
  const modifiedAt = wanted.modifiedAt ?? modificationTimeForWrite();
  const keep = have === undefined && want.onExists === "overwrite" ? undefined : found;
  const stat = await guest.files.write(
    target.path,
    desired.source,
    {
      attributes: { ...defaultAttributes(guest, keep), ...wanted, modifiedAt },
      ...given({ validateCommand: want.validateCommand }),
      ...transferOf(want),
      secret: op.secretInputs.has(contentInput(want) ?? "content"),
    },
    op,
  );
  const isProof = stat.modifiedAt.getTime() === modifiedAt.getTime() && isSettled(stat.modifiedAt);
  return { stat, isProof, backupPath };
}

/** What the program does not say stays as it is; a new file gets 0644 and the login as owner. */
function defaultAttributes(guest: Guest, found: FileStat | undefined): FileAttributes {
  if (guest.family === "windows") return {};
  if (found === undefined) return { mode: parseMode(defaultMode) };
  return {
    ...given({ mode: found.mode, ownerId: found.ownerId, groupId: found.groupId }),
  };
}

async function emptyContent(signal: AbortSignal): Promise<DesiredContent> {
  const desired = await desiredContent({ content: "" }, signal);
  if (desired === undefined) throw new Error("unreachable: content is given");
  return desired;
}
