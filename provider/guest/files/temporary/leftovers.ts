import { hasCode } from "../../../errors/guest-error";
import { SharedRequests } from "../../../operation/shared-requests";
import type { Operation } from "../../../operation/operation";
import type { GuestCalls } from "../../calls/guest-calls";
import { type DirectoryEntry, listEntries } from "../../calls/list-entries";
import { reasonOf } from "../../calls/request-outcome";
import { joinPath, splitPath } from "../../paths/path";
import { anyTemporaryNamePattern, isStale, temporaryNamePattern } from "./name";

/** Temporary files that killed deploys have left. One listing of a directory serves all that ask about it at about the same time. */
export class Leftovers {
  readonly #calls: GuestCalls;
  readonly #listings: SharedRequests<string, readonly DirectoryEntry[]>;

  readonly #deleteFile: DeleteFile;

  constructor(calls: GuestCalls, deleteFile: DeleteFile) {
    this.#calls = calls;
    this.#deleteFile = deleteFile;
    this.#listings = new SharedRequests((directory, _names, op) =>
      listEntries(calls, directory, anyTemporaryNamePattern(calls.family), op),
    );
  }

  /** Removes what was left of writes of the file at `path`. What can't be looked for or removed is no error. */
  async sweep(path: string, op: Operation): Promise<void> {
    const { directory, name } = splitPath(path, this.#calls.family);
    const own = new RegExp(temporaryNamePattern(name, this.#calls.family));
    const entries = await this.#listings.ask(directory, name, op).catch((error: unknown) => {
      if (op.signal.aborted) throw error;
      return [];
    });
    for (const entry of entries) {
      if (own.test(entry.name) && isStale(entry))
        await removeLeftover(this.#calls, joinPath(directory, entry.name, this.#calls.family), op, this.#deleteFile);
    }
  }
}

type DeleteFile = (path: string, op: Operation) => Promise<unknown>;

/** Removes one that was found. */
export async function removeLeftover(
  { vm }: Pick<GuestCalls, "vm">,
  path: string,
  op: Operation,
  deleteFile: DeleteFile,
): Promise<void> {
  const where = `${vm.name} ${path}`;
  try {
    await deleteFile(path, op);
    op.log.info(`${where}: removed, a temporary file that an interrupted deploy had left`);
  } catch (error) {
    if (hasCode(error, "PATH_NOT_FOUND")) return;
    op.log.debug(`${where}: was left by an interrupted deploy and can't be removed: ${reasonOf(error)}`);
  }
}
