import type { FileStat } from "../../guest/guest";
import { given } from "../../values/given";
import { failing, prospectsOf } from "../prospects";
import type { BroughtPath, GuestWork, LookAheadTask, Prospect } from "../resource-kind";
import {
  attributeDrift,
  type DeclaredAttributes,
  observeAttributes,
  type RecordedIds,
  resolveAttributes,
} from "./attributes";
import { observationMaxAgeMs } from "./freshness";
import { ancestors } from "./parent-directories";

interface WithParents {
  readonly path: string;
  readonly createParents?: boolean | undefined;
}

/** Whether the directory that is to hold the object is there, or can be made where the create makes it. */
export async function parentProspects(
  { guest, want, isComing, op }: LookAheadTask<WithParents>,
  path: string,
): Promise<Prospect[]> {
  const nearest = ancestors(path, guest.family).reverse();
  for (const directory of nearest) {
    if (isComing(directory)) return [];
    const stat = await guest.files.stat(directory, op, { maxAgeMs: observationMaxAgeMs });
    if (stat?.type === "file") return [failing(`${directory}, which is to hold it, is a file in the guest.`)];
    if (stat?.type === "symlink") return prospectsOf(guest.files.requireOwnLink(stat, op).then(() => []));
    if (stat !== undefined) return [];
    if (want.createParents !== true) return [failing(directoryMissing(directory))];
  }
  return [];
}

function directoryMissing(directory: string): string {
  return `its directory ${directory} is not there. Set createParents, or have it made first (dependsOn).`;
}

/** Declared accounts as numbers, or why they can't be told. */
export interface ResolvedAccounts {
  readonly ids: RecordedIds | undefined;
  readonly prospects: readonly Prospect[];
}

/** Looks the declared owner and group up: one that the guest does not have makes the create fail. */
export async function lookUpAccounts(work: GuestWork, want: DeclaredAttributes): Promise<ResolvedAccounts> {
  let ids: RecordedIds | undefined;
  const prospects = await prospectsOf(
    resolveAttributes(work, want).then(({ ownerId, groupId }) => {
      ids = { ownerId, groupId };
      return [];
    }),
  );
  return { ids, prospects };
}

/**
 * What is recorded of an object, with its accounts. Of an imported one nothing is recorded: then the guest is asked for
 * those that are declared, so that the same account under its name is no difference.
 */
export async function withAccounts<S extends RecordedIds & { readonly imported?: boolean | undefined }>(
  work: GuestWork & { readonly want: DeclaredAttributes; readonly have: S | undefined },
): Promise<S | undefined> {
  const { want, have } = work;
  if (have?.imported !== true) return have;
  const { owner, group } = want;
  return { ...have, ...given({ owner, group }), ...(await lookUpAccounts(work, want)).ids };
}

/** One line for every declared attribute that what is there has otherwise; without `ids` of all but the accounts. */
export function attributesAhead(want: DeclaredAttributes, ids: RecordedIds | undefined, stat: FileStat): string[] {
  const { owner, group, ...others } = want;
  const compared = ids === undefined ? others : want;
  return attributeDrift(compared, observeAttributes(compared, { owner, group, ...ids }, stat)).map((one) => one.reason);
}

/** The object itself, and the directories above it that are made where they are missing. */
export function broughtWithParents({ path, createParents }: WithParents): BroughtPath[] {
  const family = path.startsWith("/") ? "posix" : "windows";
  return (createParents === true ? ancestors(path, family) : []).concat(path).map((each) => ({ path: each }));
}
