import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  writeSync,
  type Stats,
} from "node:fs";
import { VixError, type AgentFileAttributes, type AgentUpload, type GuestUser } from "../../guest-agent";
import { ErrnoError, errnoOf, toVixError, vixErrors } from "../../vix";
import { isWritable } from "../access";
import type { PathTree } from "../path-tree";
import { runAs } from "../run-as";
import { applyAttributes } from "./attributes";
import type { DiskQuota } from "./disk-quota";
import { canOpen, posixAttributes } from "./file-info";

const defaultMode = 0o644;

export interface DownloadInfo {
  readonly attributes: AgentFileAttributes;
  readonly size: number;
}

/** InitiateFileTransferFromGuest: refuses links and directories; devices and pipes pass with size 0. */
export function checkDownload(tree: PathTree, path: string): DownloadInfo {
  const place = tree.locate(path, { followLast: false });
  if (place.stats === undefined) throw new ErrnoError("ENOENT");
  if (place.stats.isSymbolicLink()) throw new VixError(vixErrors.INVALID_ARGUMENT);
  if (place.stats.isDirectory()) throw new VixError(vixErrors.NOT_A_FILE);
  if (place.stats.isFile() && !canOpen(place.hostPath)) throw new ErrnoError("EACCES");
  return { attributes: posixAttributes(place.stats), size: place.stats.isFile() ? place.stats.size : 0 };
}

/** InitiateFileTransferToGuest: looks only, creates nothing (docs/reference/guest-operations.md#transfers). */
export function checkUpload(tree: PathTree, user: GuestUser, path: string, overwrite: boolean): void {
  const place = locateTarget(tree, path);
  if (place?.stats?.isSymbolicLink() === true) throw new VixError(vixErrors.INVALID_ARGUMENT);
  if (place?.stats?.isDirectory() === true) throw new VixError(vixErrors.NOT_A_FILE);
  if (place?.stats !== undefined) {
    if (!overwrite) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    if (place.readOnly || !isWritable(user, place.hostPath, place.stats))
      throw new VixError(vixErrors.FILE_ACCESS_ERROR);
    return;
  }
  const slash = path.lastIndexOf("/");
  if (slash < 0 || slash === path.length - 1) throw new VixError(vixErrors.FILE_NAME_INVALID);
  checkParent(tree, user, path.slice(0, slash) || "/");
}

/** Whatever hides the target only shows when its parent is looked at. */
function locateTarget(tree: PathTree, path: string) {
  try {
    return tree.locate(path, { followLast: false });
  } catch {
    return undefined;
  }
}

function checkParent(tree: PathTree, user: GuestUser, path: string): void {
  let parent;
  try {
    parent = tree.locate(path, { followLast: true });
  } catch {
    throw new VixError(vixErrors.FILE_NAME_INVALID);
  }
  if (parent.stats?.isDirectory() !== true) throw new VixError(vixErrors.FILE_NAME_INVALID);
  if (parent.readOnly || !isWritable(user, parent.hostPath, parent.stats))
    throw new VixError(vixErrors.FILE_ACCESS_ERROR);
}

/** Opens a file for the download data plane; the descriptor keeps the right to read. */
export function openForDownload(tree: PathTree, path: string): { size: number; body: AsyncIterable<Buffer> } {
  const { size } = checkDownload(tree, path);
  const hostPath = tree.locate(path, { followLast: false }).hostPath;
  const descriptor = openSync(hostPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if (size === 0) {
    closeSync(descriptor);
    return { size, body: noBytes() };
  }
  return { size, body: createReadStream(hostPath, { fd: descriptor, start: 0, end: size - 1 }) };
}

async function* noBytes(): AsyncGenerator<Buffer> {
  // A device or an empty file: nothing to send.
}

/**
 * An upload in progress: written in place, not atomic, never through a link
 * (docs/reference/guest-operations.md#transfers).
 */
export class Upload implements AgentUpload {
  readonly #descriptor: number;
  readonly #hostPath: string;
  #isOpen = true;
  readonly #tree: PathTree;
  readonly #user: GuestUser;
  readonly #attributes: AgentFileAttributes;
  readonly #quota: DiskQuota;

  constructor(tree: PathTree, user: GuestUser, path: string, attributes: AgentFileAttributes, quota: DiskQuota) {
    this.#tree = tree;
    this.#user = user;
    this.#attributes = attributes;
    this.#quota = quota;
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
    this.#hostPath = tree.locateForChange(path, { followLast: false }).hostPath;
    this.#descriptor = openSync(this.#hostPath, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, defaultMode);
  }

  async write(chunk: Buffer): Promise<void> {
    try {
      this.#quota.reserve(chunk.length);
      for (let done = 0; done < chunk.length;) done += writeSync(this.#descriptor, chunk, done, chunk.length - done);
    } catch (error) {
      throw toVixError(error);
    }
  }

  async finish(): Promise<void> {
    try {
      runAs(this.#user, () => {
        this.#setDefaults();
        applyAttributes(this.#tree.owners, this.#user, this.#openPath(), this.#attributes, 100n);
      });
    } catch (error) {
      throw toVixError(error);
    } finally {
      this.#close();
    }
  }

  async abort(): Promise<void> {
    this.#close();
  }

  /** The documented rule: what is not given is owner = user and mode 0644, also over an existing file. */
  #setDefaults(): void {
    try {
      if (!this.#isUsers(fstatSync(this.#descriptor))) this.#tree.owners.give(this.#user, this.#openPath());
      if (this.#attributes.permissions === undefined) fchmodSync(this.#descriptor, defaultMode);
    } catch (error) {
      if (errnoOf(error) !== "EPERM") throw error;
    }
  }

  #isUsers({ uid, gid }: Stats): boolean {
    return uid === this.#user.uid && gid === this.#user.gid;
  }

  /** The open file, whatever has become of its name. */
  #openPath(): string {
    const path = `/proc/self/fd/${this.#descriptor}`;
    return existsSync(path) ? path : this.#hostPath;
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}
