import { GuestError } from "../../errors/guest-error";
import type { GuestFileInfo } from "../../vim/guest-operations/guest-file";
import { baseName, followed } from "../paths/path";
import type { GuestCalls } from "./guest-calls";
import type { Operation } from "../../operation/operation";
import { given } from "../../values/given";

const pageResults = 1000;
/** A directory of more can't be held here; a server that never stops saying "more", or fills its pages, is not believed. */
const entriesLimit = 1_000_000;

/** One entry: its base name, and what the guest told of it. */
export interface DirectoryEntry {
  readonly name: string;
  readonly info: GuestFileInfo;
}

/** Entries of a directory (a link to one is followed) that match, `.` and `..` among them, in the guest's order. */
export async function listEntries(
  calls: GuestCalls,
  directory: string,
  matchPattern: string | undefined,
  op: Operation,
): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for (let page = 0; page * pageResults < entriesLimit && entries.length < entriesLimit; page += 1) {
    const { found, remaining } = await listPage(calls, directory, page, pageResults, matchPattern, op);
    for (const entry of found) entries.push(entry);
    if (remaining <= 0) return entries;
  }
  throw new GuestError(
    "PROTOCOL_ERROR",
    `${calls.vm.name} ${directory}: the listing did not end after ${entriesLimit} entries.`,
  );
}

/**
 * One page. Left-out entries take their place in pages, so that pages are counted, not entries
 * (docs/reference/guest-operations.md#listings).
 */
export async function listPage(
  calls: GuestCalls,
  directory: string,
  page: number,
  maxResults: number,
  matchPattern: string | undefined,
  op: Operation,
): Promise<{ found: DirectoryEntry[]; remaining: number }> {
  const { files, remaining } = await calls.listFilesInGuest(
    followed(directory, calls.family),
    { index: page * maxResults, maxResults, ...given({ matchPattern }) },
    op,
  );
  return { found: files.map((info) => ({ name: baseName(info.path, calls.family), info })), remaining };
}

/**
 * How many entries a directory has, `.` and `..` among them, and those that no listing tells: they keep their place in a
 * page, so that what remains after a page of one tells their number (docs/reference/guest-operations.md#listings).
 */
export async function countEntries(calls: GuestCalls, directory: string, op: Operation): Promise<number> {
  const { remaining } = await listPage(calls, directory, 0, 1, undefined, op);
  return remaining + 1;
}
