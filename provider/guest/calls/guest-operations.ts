import type { Readable } from "node:stream";
import type { GuestFileAttributes, GuestListFileInfo } from "../../vim/guest-operations/guest-file";
import type { GuestProcessInfo, GuestProgramSpec } from "../../vim/guest-operations/guest-process";
import type { ContentSource, FileAttributes, TransferOptions } from "../guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { VmGuestAliases } from "./aliases";
import type { VmGuestRegistry } from "./registry";
import type { Operation } from "../../operation/operation";

/** Which page of a listing, and which entries of it (protocol.md C.3). */
export interface ListFilesPage {
  /** Matches to skip; default 0. Step by maxResults, never by the entries received. */
  readonly index?: number;
  /** The host's default is 50. */
  readonly maxResults?: number;
  /** PCRE, unanchored, over base names (over the whole path for a single file). */
  readonly matchPattern?: string;
}

/** How bytes may travel to the guest. */
export interface UploadOptions extends TransferOptions {
  /** Never in program arguments, unless `transfer` is "inBand". */
  readonly secret?: boolean;
}

/** A file on its way from the guest. Consume or destroy `body`; it fails with TRANSFER_FAILED when cut. */
export interface Download {
  readonly sizeBytes: number;
  readonly attributes: GuestFileAttributes;
  readonly body: Readable;
}

/**
 * The guest operations of one VM under one guest login, named as in the API. Every call goes through the VM's queue,
 * is repeated within `op.deadlineMs` where that is safe (protocol.md 7.5), and fails with a GuestError that names
 * operation, VM, path or program, reason and remedy. `fault` and `cause` keep the server's own words.
 *
 * A call whose answer was lost and which is not safe to repeat fails with VCENTER_UNREACHABLE, retryable false: it may
 * have taken effect, so look before you go on. These are makeDirectory, move*, createTemporary* and startProgram.
 */
export interface GuestOperations {
  readonly vm: VmIdentity;
  /** Whose SAML tokens a guest account accepts. */
  readonly aliases: VmGuestAliases;
  /** The registry of a Windows guest. */
  readonly registry: VmGuestRegistry;

  validateCredentialsInGuest(op: Operation): Promise<void>;

  listFilesInGuest(filePath: string, page: ListFilesPage, op: Operation): Promise<GuestListFileInfo>;
  makeDirectoryInGuest(directoryPath: string, createParentDirectories: boolean, op: Operation): Promise<void>;
  deleteFileInGuest(filePath: string, op: Operation): Promise<void>;
  deleteDirectoryInGuest(directoryPath: string, recursive: boolean, op: Operation): Promise<void>;
  moveFileInGuest(srcFilePath: string, dstFilePath: string, overwrite: boolean, op: Operation): Promise<void>;
  moveDirectoryInGuest(srcDirectoryPath: string, dstDirectoryPath: string, op: Operation): Promise<void>;
  /** Returns the full path of the new, empty file (0600). */
  createTemporaryFileInGuest(
    prefix: string,
    suffix: string,
    directoryPath: string | undefined,
    op: Operation,
  ): Promise<string>;
  /** Returns the full path of the new directory (0700). */
  createTemporaryDirectoryInGuest(
    prefix: string,
    suffix: string,
    directoryPath: string | undefined,
    op: Operation,
  ): Promise<string>;
  changeFileAttributesInGuest(path: string, attributes: FileAttributes, op: Operation): Promise<void>;

  /** Returns the process id: of the shell where one stays as parent (protocol.md C.5). */
  startProgramInGuest(spec: GuestProgramSpec, op: Operation): Promise<number>;
  /** Unknown pids are left out. Always give pids: without, one command line that is not UTF-8 makes Tools abort. */
  listProcessesInGuest(pids: readonly number[], op: Operation): Promise<GuestProcessInfo[]>;
  /** A negative pid reaches the whole process group. Blocks up to 20 s. */
  terminateProcessInGuest(pid: number, op: Operation): Promise<void>;
  /** `NAME=VALUE` lines; unset names are left out; no names: all. */
  readEnvironmentVariableInGuest(names: readonly string[], op: Operation): Promise<string[]>;

  /**
   * Writes `content` into `path` itself (not atomic: an interrupted upload leaves a truncated file) and sets its
   * attributes. The file must not be a symlink and its directory must exist. Empty content fails on a real host: use
   * createTemporaryFileInGuest for that. HOST_UNREACHABLE when the ESXi host can't be reached and there is no other
   * way. In-band, what stands at `path` must not be longer than `content`.
   */
  upload(
    path: string,
    attributes: FileAttributes,
    content: ContentSource,
    overwrite: boolean,
    op: Operation,
    options?: UploadOptions,
  ): Promise<void>;
  /** Opens a regular file for reading; symlinks and directories are refused. */
  download(path: string, op: Operation, options?: TransferOptions): Promise<Download>;
}
