import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { attributesDiffering } from "../../guest/files/attributes-differing";
import type { FileAttributes, FileStat, Guest } from "../../guest/guest";
import type { Difference, GuestWork } from "../resource-kind";
import { given } from "../../values/given";

/** Attributes as a program declares them; what is not given is left alone. */
export interface DeclaredAttributes {
  readonly mode?: string | undefined;
  readonly owner?: string | number | undefined;
  readonly group?: string | number | undefined;
  readonly hidden?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  /** ISO 8601; whole seconds count. */
  readonly modificationTime?: string | undefined;
}

/** Numeric ids as recorded when the attributes were last set. */
export interface RecordedIds {
  readonly ownerId?: number | undefined;
  readonly groupId?: number | undefined;
}

export const attributeNames = ["mode", "owner", "group", "hidden", "readOnly", "modificationTime"] as const;
const posixOnly = ["mode", "owner", "group"] as const;
const windowsOnly = ["hidden", "readOnly"] as const;

/**
 * Refuses a path and attributes that the guest's operating system does not have
 * (docs/reference/guest-operations.md#files: it would answer InvalidArgument).
 */
export function requireFitting(guest: Guest, want: DeclaredAttributes & { readonly path: string }): void {
  const { path } = want;
  if (guest.family === "posix" && !path.startsWith("/")) {
    throw new GuestError("INVALID_INPUT", `${guest.vm.name} ${path}: is a Windows path, and this is a POSIX guest.`);
  }
  const foreign = guest.family === "windows" ? posixOnly : windowsOnly;
  const given = foreign.filter((name) => want[name] !== undefined);
  if (given.length === 0) return;
  const family = guest.family === "windows" ? "a Windows" : "a POSIX";
  throw new GuestError(
    "INVALID_INPUT",
    `${guest.vm.name} ${path}: ${given.join(", ")} cannot be set in ${family} guest. Remove ${given.length > 1 ? "these inputs" : "this input"}.`,
  );
}

/** The declared attributes with owner and group as numbers; asks the guest for names only. */
export async function resolveAttributes(
  { guest, op }: GuestWork,
  want: DeclaredAttributes,
): Promise<FileAttributes & RecordedIds> {
  const [ownerId, groupId] = await allDone([
    want.owner === undefined ? undefined : guest.accounts.ownerId(String(want.owner), op),
    want.group === undefined ? undefined : guest.accounts.groupId(String(want.group), op),
  ]);
  return {
    ...(want.mode === undefined ? {} : { mode: parseMode(want.mode) }),
    ...given({ ownerId, groupId, hidden: want.hidden, readOnly: want.readOnly }),
    ...(want.modificationTime === undefined ? {} : { modifiedAt: wholeSeconds(want.modificationTime) }),
  };
}

function wholeSeconds(time: string): Date {
  return new Date(Math.floor(Date.parse(time) / 1000) * 1000);
}

/** Those of `wanted` that differ from what is there. */
export function attributesToChange(wanted: FileAttributes, stat: FileStat): FileAttributes {
  const changed = new Set(attributesDiffering(wanted, stat));
  // A change of owner clears the set-id bits of the mode (docs/reference/guest-operations.md#files).
  if (wanted.mode !== undefined && (changed.has("ownerId") || changed.has("groupId"))) changed.add("mode");
  return Object.fromEntries([...changed].map((name) => [name, wanted[name]]));
}

/** Sets those of `wanted` that differ from what is there; no request where none does. */
export async function changeAttributes(
  { guest, op }: GuestWork,
  path: string,
  wanted: FileAttributes,
  stat: FileStat,
): Promise<void> {
  const changes = attributesToChange(wanted, stat);
  if (Object.keys(changes).length > 0) await guest.files.changeAttributes(path, changes, op);
}

/**
 * What the guest has, in the words of the program: "644" stays "644" while the bits agree, and a name stays a name while
 * the guest shows the id that was recorded for it. Declared properties only. No request is made.
 */
export function observeAttributes(
  want: DeclaredAttributes,
  recorded: (DeclaredAttributes & RecordedIds) | undefined,
  stat: FileStat,
) {
  return {
    ...(want.mode === undefined ? {} : { mode: sameMode(want.mode, stat.mode) ? want.mode : formatMode(stat.mode) }),
    ...(want.owner === undefined
      ? {}
      : { owner: account(want.owner, recorded?.owner, recorded?.ownerId, stat.ownerId) }),
    ...(want.group === undefined
      ? {}
      : { group: account(want.group, recorded?.group, recorded?.groupId, stat.groupId) }),
    ...(want.hidden === undefined ? {} : { hidden: stat.hidden ?? false }),
    ...(want.readOnly === undefined ? {} : { readOnly: stat.readOnly ?? false }),
    ...(want.modificationTime === undefined ? {} : { modificationTime: observedTime(want.modificationTime, stat) }),
  };
}

/** One line for every declared attribute that the guest has otherwise. */
export function attributeDrift(want: DeclaredAttributes, observed: DeclaredAttributes): Difference[] {
  return attributeNames
    .filter((name) => want[name] !== undefined && want[name] !== observed[name])
    .map((name) => ({ property: name, reason: `${name} is ${observed[name]} in the guest, wanted ${want[name]}` }));
}

export function parseMode(mode: string): number {
  return Number.parseInt(mode, 8);
}

/** Four octal digits, as chmod(1) takes them. */
export function formatMode(mode: number | undefined): string {
  return mode === undefined ? "unknown" : mode.toString(8).padStart(4, "0");
}

function observedTime(wanted: string, stat: FileStat): string {
  return wholeSeconds(wanted).getTime() === stat.modifiedAt.getTime() ? wanted : stat.modifiedAt.toISOString();
}

function sameMode(wanted: string, actual: number | undefined): boolean {
  return parseMode(wanted) === actual;
}

function account(
  wanted: string | number,
  recorded: string | number | undefined,
  recordedId: number | undefined,
  actualId: number | undefined,
): string | number {
  const isNumber = /^\d+$/.test(String(wanted));
  const agrees = isNumber ? Number(wanted) === actualId : wanted === recorded && recordedId === actualId;
  return agrees ? wanted : (actualId ?? "unknown");
}
