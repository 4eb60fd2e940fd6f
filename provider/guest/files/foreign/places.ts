import { GuestError, hasCode } from "../../../errors/guest-error";
import { follow } from "../../../operation/abort";
import { allDone } from "../../../operation/all-done";
import type { Operation } from "../../../operation/operation";
import type { GuestFileInfo } from "../../../vim/guest-operations/guest-file";
import type { GuestCalls } from "../../calls/guest-calls";
import { type DirectoryEntry, listPage } from "../../calls/list-entries";
import type { FileStat } from "../../guest";
import { isRoot, joinPath, parentOf, splitPath } from "../../paths/path";

const othersWrite = 0o002;
const groupWrites = 0o020;
/** So long what a look has told of a directory is taken for true: its owner may be changed by others than us. */
const keptMs = 60_000;

/** What is known of a directory itself. */
interface Look {
  readonly atMs: number;
  readonly itself: Promise<GuestFileInfo | "unreadable">;
  /** Whose request it is: it ends with that. */
  readonly takenFor?: Operation;
}

/** What places are judged with. */
export interface PlaceContext {
  readonly calls: GuestCalls;
  /** Numeric id of an account. */
  readonly ownerId: (account: string, op: Operation) => Promise<number>;
  /** The object itself, links not followed. */
  readonly stat: (path: string, op: Operation) => Promise<FileStat | undefined>;
}

/**
 * Whether a directory of a POSIX guest is foreign: it, or one above it, can be changed by others than root and the login,
 * who may put a link in any name's place at any moment (docs/decisions/places-of-others.md). One small listing for each
 * directory above that no look has told of yet. Windows guests have none: Tools don't tell who owns what there.
 */
export class Places {
  readonly #known = new Map<string, Look>();
  #loginId: Promise<number | undefined> | undefined;
  readonly #context: PlaceContext;

  constructor(context: PlaceContext) {
    this.#context = context;
  }

  /** Takes from a listing what it tells of the directory itself. */
  learn(directory: string, entries: readonly DirectoryEntry[]): void {
    const itself = entries.find(({ name }) => name === ".");
    if (itself !== undefined) this.#known.set(directory, { atMs: Date.now(), itself: Promise.resolve(itself.info) });
  }

  async isForeign(directory: string, op: Operation): Promise<boolean> {
    if (this.#isWindows) return false;
    return (await allDone(withAncestors(directory).map((each) => this.#isOwn(each, op)))).includes(false);
  }

  /**
   * Rejects where the way to what is read leads over a link that others can have put there. A look: one who puts it there
   * just afterwards has something else read.
   */
  async requireNoForeignLinks(path: string, op: Operation): Promise<void> {
    if (!(await this.isForeign(parentOf(path, "posix"), op))) return;
    const ways = [...withAncestors(parentOf(path, "posix")), path];
    const stats = await allDone(ways.map((each) => this.#context.stat(each, op)));
    for (const stat of stats) if (stat?.type === "symlink") await this.requireOwnLink(stat, op);
  }

  /** Rejects a link in a foreign directory: Tools don't tell who has made it, only whose that is to which it leads. */
  async requireOwnLink(link: FileStat, op: Operation): Promise<void> {
    if (!(await this.isForeign(parentOf(link.path, this.#context.calls.family), op))) return;
    const { vm, guestUser } = this.#context.calls;
    throw new GuestError(
      "GUEST_PERMISSION_DENIED",
      `${vm.name} ${link.path}: is a link to ${link.symlinkTarget ?? "somewhere"}, in a directory that others in the guest can write, ` +
        `where links are not followed. Declare the path that it leads to, or log in as who owns the directory, instead of ${guestUser}.`,
    );
  }

  /** A change at `path` may change whose it is. */
  drop(path: string): void {
    for (const key of this.#known.keys()) if (key === path || key.startsWith(`${path}/`)) this.#known.delete(key);
  }

  dropAll(): void {
    this.#known.clear();
  }

  get #isWindows(): boolean {
    return this.#context.calls.family === "windows";
  }

  async #isOwn(directory: string, op: Operation): Promise<boolean> {
    const itself = await this.#itself(directory, op);
    if (itself === undefined) return true;
    if (itself === "unreadable") return false;
    const { ownerId = 0, groupId = 0, permissions = 0 } = itself.attributes;
    if ((permissions & othersWrite) !== 0 || ((permissions & groupWrites) !== 0 && groupId !== 0)) return false;
    return this.#isTrusted(ownerId, op);
  }

  /** What is not there is nobody's; what may not be listed is looked at from inside, by a script. */
  async #itself(directory: string, op: Operation): Promise<GuestFileInfo | "unreadable" | undefined> {
    const kept = this.#known.get(directory);
    const known = kept !== undefined && Date.now() - kept.atMs < keptMs ? kept : undefined;
    const look: Look = known ?? { atMs: Date.now(), itself: this.#lookAt(directory, op), takenFor: op };
    this.#known.set(directory, look);
    try {
      return await follow(look.itself, op.signal);
    } catch (error) {
      if (this.#known.get(directory) === look) this.#known.delete(directory);
      const takerLeft = look.takenFor !== op && look.takenFor?.signal.aborted === true;
      if (takerLeft && !op.signal.aborted) return this.#itself(directory, op);
      if (hasCode(error, "PATH_NOT_FOUND") || hasCode(error, "NOT_A_DIRECTORY")) return undefined;
      throw error;
    }
  }

  async #lookAt(directory: string, op: Operation): Promise<GuestFileInfo | "unreadable"> {
    try {
      const { found } = await listPage(this.#context.calls, directory, 0, 1, "^\\.$", op);
      return found[0]?.info ?? "unreadable";
    } catch (error) {
      if (hasCode(error, "GUEST_PERMISSION_DENIED")) return "unreadable";
      throw error;
    }
  }

  async #isTrusted(ownerId: number, op: Operation): Promise<boolean> {
    if (ownerId === 0) return true;
    const { guestUser } = this.#context.calls;
    if (guestUser === "root") return false;
    // A login that the guest can't tell the number of is nobody: its places are handled with care.
    this.#loginId ??= this.#context.ownerId(guestUser, op).catch((error: unknown) => {
      this.#loginId = undefined;
      if (hasCode(error, "INVALID_INPUT")) return undefined;
      throw error;
    });
    return (await this.#loginId) === ownerId;
  }
}

/** `/srv/app` -> `/srv`, `/srv/app`. In `/` only root makes anything. */
function withAncestors(directory: string): string[] {
  if (isRoot(directory) || !directory.startsWith("/")) return [];
  const { directory: parent, name } = splitPath(directory, "posix");
  return [...withAncestors(parent), ...(name === "." ? [] : [joinPath(parent, name, "posix")])];
}
