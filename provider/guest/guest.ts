import type { X509Certificate } from "node:crypto";
import type { Readable } from "node:stream";
import type { Operation } from "../operation/operation";
import type { GuestSystemInfo, VmIdentity } from "../vcenter/machine";
import type { GuestRegValueData } from "../vim/guest-operations/guest-registry";
import type { SamlToken } from "../vcenter/saml-token";
import type { TransferRoute } from "../vcenter/settings";

/** By which rules a guest's paths, programs and accounts go. */
export type GuestFamily = "posix" | "windows";

/** One object in the guest's file system, as ListFilesInGuest tells (docs/reference/guest-operations.md#listings). */
export interface FileStat {
  /** Absolute path. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** Bytes; 0 for anything but regular files. */
  readonly sizeBytes: number;
  /** Whole seconds. */
  readonly modifiedAt: Date;
  /** Low 12 bits of st_mode; POSIX only. For a symlink: its target's. */
  readonly mode?: number;
  /** Type by st_mode (follows links): "file", "directory", "other", or "dangling" for a link to nothing; POSIX only. */
  readonly targetType?: "file" | "directory" | "other" | "dangling";
  readonly ownerId?: number;
  readonly groupId?: number;
  readonly symlinkTarget?: string;
  readonly hidden?: boolean;
  readonly readOnly?: boolean;
  /** The login may not open the file: it is in no listing, and what is told here comes of a program in the guest. */
  readonly unreadable?: true;
}

/** Where a look for one object ended. `unseen`: something is there, and `reason` says why no more can be told of it. */
export type Sight =
  | { readonly kind: "absent" }
  | { readonly kind: "seen"; readonly stat: FileStat }
  | { readonly kind: "unseen"; readonly reason: string };

/** How a look for one object is made. */
export interface LookOptions {
  /** An answer not older than this may be reused; 0 (default): a fresh look. */
  readonly maxAgeMs?: number;
  /**
   * `likely`: a file that the login may not open counts as absent, which spares a request. Only where the change that
   * follows decides: makeDirectory, and write without `overwrite`, refuse what is there. Default `proven`.
   */
  readonly absence?: "proven" | "likely";
}

/** A login in the guest (docs/authentication.md): user name and password, a SAML token, Windows' own (SSPI), or a ticket. */
export type GuestCredential = {
  /** Act in the desktop session of that user, who must be logged on there. */
  readonly interactiveSession: boolean;
} & (
  | { readonly username: string; readonly password: string }
  /** `username`: where the certificate that signs the token stands for several accounts. */
  | { readonly samlToken: SamlToken; readonly username?: string }
  | { readonly sspi: SspiTokens | { readonly command: string } }
  | { readonly ticket: string }
);

/** One login by SSPI: tokens in base64, the first without a challenge. Made anew for each login. */
export interface SspiTokens {
  /** Tells these tokens from others: logins of the same id are the same login. */
  readonly id: string;
  next(challenge?: string): Promise<string>;
  end?(): void;
}

/** Whose login it is, for messages. */
export function nameOfLogin(credential: GuestCredential): string {
  if ("username" in credential && credential.username !== undefined) return credential.username;
  if ("samlToken" in credential) return "the SAML token's subject";
  return "sspi" in credential ? "the Windows login (SSPI)" : "the ticket's account";
}

/** What to check where the guest refuses a login other than by name and password. */
export function remedyOfLogin(credential: GuestCredential): string | undefined {
  if ("password" in credential) return undefined;
  if ("samlToken" in credential)
    return (
      "It takes an alias in the guest (GuestAlias) for the certificate that signs the token and its subject, a guest whose VGAuth service runs " +
      "and whose clock is right, and, where the certificate stands for several accounts, the user name."
    );
  if ("sspi" in credential)
    return "Check that its Windows account is one of the guest's, or of a domain that the guest trusts.";
  return "The ticket may have been released, or have ended with the guest's last boot: acquire another.";
}

/** Attributes to set; only those present are changed. */
export interface FileAttributes {
  readonly mode?: number;
  readonly ownerId?: number;
  readonly groupId?: number;
  readonly modifiedAt?: Date;
  readonly hidden?: boolean;
  readonly readOnly?: boolean;
}

export interface TransferOptions {
  readonly transfer?: TransferRoute;
}

/** Bytes to send: length known beforehand, readable more than once (a transfer may have to start again). */
export interface ContentSource {
  readonly sizeBytes: number;
  open(): Readable;
}

/** A file's bytes on their way from the guest. Consume or destroy `body`; it fails with TRANSFER_FAILED when cut. */
export interface IncomingFile {
  readonly sizeBytes: number;
  readonly body: Readable;
}

/** The first bytes of a file. */
export interface FileStart {
  readonly bytes: Buffer;
  /** Size in the guest; larger than bytes.length when cut. */
  readonly totalBytes: number;
}

export interface WriteOptions extends TransferOptions {
  /** Final attributes of the new file. */
  readonly attributes: FileAttributes;
  /**
   * The modification time that tells this write from any other. It comes with the bytes and is never set afterwards: by
   * then another's bytes may be there. Where `attributes` says no time.
   */
  readonly writtenAt?: Date;
  /** Mode, owner and group of the file that is replaced. They are kept as far as `attributes` does not say otherwise and the login may give them. */
  readonly keep?: Pick<FileAttributes, "mode" | "ownerId" | "groupId">;
  /** False: what is there is not replaced but PATH_EXISTS, a file that the login can't see included. Default true. */
  readonly overwrite?: boolean;
  /** Run on the temporary file before it takes the target's place; `{path}` stands for its path. */
  readonly validateCommand?: string;
  /** Bytes are secret: never carried in program arguments, unless `transfer` is "inBand". */
  readonly secret?: boolean;
}

export interface ListOptions {
  /** PCRE search over base names; anchor and escape for a literal name. */
  readonly matchPattern?: string;
}

/** Files and directories of one guest. All paths are absolute. Errors: GuestError with vm, path and reason. */
export interface GuestFiles {
  /**
   * Looks for the object at `path` itself (links not followed). Calls for one directory share one request. Rejects with
   * GUEST_PERMISSION_DENIED where it can't be told whether anything is there.
   */
  find(path: string, op: Operation, options?: LookOptions): Promise<Sight>;
  /** As `find`: undefined when absent, GUEST_PERMISSION_DENIED where something is there and can't be looked at. */
  stat(path: string, op: Operation, options?: LookOptions): Promise<FileStat | undefined>;
  /** Entries of a directory (links followed for the directory itself), without `.` and `..`, sorted by path. */
  list(directory: string, op: Operation, options?: ListOptions): Promise<FileStat[]>;
  /** As `list`, and how many more entries there are that no listing tells: files that the login may not open. */
  listAll(directory: string, op: Operation): Promise<{ readonly seen: FileStat[]; readonly unseenCount: number }>;
  /** Streams a regular file from the guest. */
  read(path: string, op: Operation, options?: TransferOptions): Promise<IncomingFile>;
  /** The first bytes of a file, `limitBytes` at most. */
  readStart(path: string, limitBytes: number, op: Operation, options?: TransferOptions): Promise<FileStart>;
  /** Reads a whole file of at most `limitBytes`; more is an error. */
  readBytes(path: string, limitBytes: number, op: Operation, options?: TransferOptions): Promise<Buffer>;
  /** sha256 (hex) of a file's bytes, streamed. */
  sha256(path: string, op: Operation, options?: TransferOptions): Promise<string>;
  /** Writes atomically: temporary file in the same directory, then MoveFile over the target. Returns the new stat. */
  write(path: string, content: ContentSource, options: WriteOptions, op: Operation): Promise<FileStat>;
  /** Makes one directory (and missing parents when asked), then sets attributes. PATH_EXISTS if anything is there. */
  makeDirectory(
    path: string,
    options: { readonly createParents: boolean; readonly attributes: FileAttributes },
    op: Operation,
  ): Promise<void>;
  changeAttributes(path: string, attributes: FileAttributes, op: Operation): Promise<void>;
  /** Renames a file within its directory or file system; the source keeps owner and mode. */
  moveFile(source: string, destination: string, options: { readonly overwrite: boolean }, op: Operation): Promise<void>;
  /** Copies a file within the guest, attributes included. PROGRAM_FAILED with the guest's reason. */
  copyFile(source: string, destination: string, op: Operation): Promise<void>;
  /** Removes a file or link; false when it was not there. */
  deleteFile(path: string, op: Operation): Promise<boolean>;
  /** Rejects with GUEST_PERMISSION_DENIED a link where others than root and the login can put one: it is not followed. */
  requireOwnLink(link: FileStat, op: Operation): Promise<void>;
  /** Removes what killed deploys left of their writes of this file, once they are over. */
  sweepLeftovers(path: string, op: Operation): Promise<void>;
  /** Removes a directory; false when it was not there. DIRECTORY_NOT_EMPTY unless recursive. */
  deleteDirectory(path: string, options: { readonly recursive: boolean }, op: Operation): Promise<boolean>;
}

/**
 * What to run: a program with an argument array, or a script text for an interpreter. `transfer` is the way of what must
 * travel as a file: secrets and what is too large for a request, outputs likewise.
 */
export interface ProgramSpec extends TransferOptions {
  /** What errors call it. Default: the program's path, or "the script". */
  readonly name?: string;
  readonly command:
    | { readonly program: string; readonly arguments: readonly string[] }
    | { readonly script: string; readonly interpreter?: string };
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** merge: over the guest's own environment; replace: exactly `environment`. */
  readonly environmentMode: "merge" | "replace";
  /** In a POSIX guest of any size: what has to be opened travels as a file. */
  readonly stdin?: string | Uint8Array | ContentSource;
  /** The whole process tree is killed after this. */
  readonly timeoutSeconds?: number;
  /** Bytes kept of each of stdout and stderr; more is cut and marked. */
  readonly outputLimitBytes: number;
  /** Which parts hold secrets and must travel as 0600 files. `script`: the script, or the program's arguments. */
  readonly secret: { readonly script: boolean; readonly environment: boolean; readonly stdin: boolean };
  /**
   * What makes this run the same as one that another deploy started. If such a run goes on, or its result was never
   * fetched, since that deploy was interrupted, it is waited for, and its result is the answer. Without a key: never.
   */
  readonly runKey?: string;
  /** Hears what the program writes while it runs, each byte once; beside that the result has its first bytes. */
  readonly onOutput?: (stream: "stdout" | "stderr", bytes: Buffer) => void;
  /** The run changes nothing in the guest (a guard, a lookup): looks at files made before it stay good. */
  readonly readsOnly?: boolean;
}

/** What a program wrote, as much of it as is kept. */
export type ProgramOutput = FileStart;

export interface ProgramResult {
  /** Exit code 0-255, or 128+n when ended by signal n. */
  readonly exitCode: number;
  readonly stdout: ProgramOutput;
  readonly stderr: ProgramOutput;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface GuestPrograms {
  /** Runs to the end and returns what came out, whatever the exit code. TIMED_OUT kills the tree; nothing is left behind. */
  run(spec: ProgramSpec, op: Operation): Promise<ProgramResult>;
  /**
   * Runs a small lookup of our own to the end: it changes nothing, holds no secrets and has the guest's own environment.
   * Output beyond 64 KiB is cut where `outputLimitBytes` does not say otherwise.
   */
  ask(
    command: ProgramSpec["command"],
    op: Operation,
    options?: { readonly outputLimitBytes?: number },
  ): Promise<ProgramResult>;
}

/** Accounts of the guest; answers are kept for the life of the Guest. POSIX only. */
export interface GuestAccounts {
  /** Numeric id of an owner given by name or number text. */
  ownerId(owner: string, op: Operation): Promise<number>;
  groupId(group: string, op: Operation): Promise<number>;
}

/** An alias of an account: SAML tokens about that subject, signed by that certificate, are accepted as its login. */
export interface GuestAliasEntry {
  readonly certificate: X509Certificate;
  /** Left out: any subject. */
  readonly subject?: string;
  readonly comment: string;
  /** The certificate stands for this account: tokens need no user name. */
  readonly isMapped: boolean;
}

/** Aliases of a guest's accounts, kept by its VGAuth service. */
export interface GuestAliases {
  /** Those of an account; none of one that is not there. GUEST_PERMISSION_DENIED of others than the login's, unless that is root. */
  list(username: string, op: Operation): Promise<GuestAliasEntry[]>;
  /** The account that a certificate stands for. */
  accountOf(certificate: X509Certificate, op: Operation): Promise<string | undefined>;
  /** Success where it is there already; its comment stays then. INVALID_INPUT for an unknown account. */
  add(username: string, alias: GuestAliasEntry, op: Operation): Promise<void>;
  /** False where it was not there. The certificate's mapping goes with it. */
  remove(username: string, alias: Pick<GuestAliasEntry, "certificate" | "subject">, op: Operation): Promise<boolean>;
}

/** Which registry: that of the guest's system itself, or the view of 32 or 64 bit programs. */
export type RegistryView = "native" | "32" | "64";

/** A key as programs name it. */
export interface RegistryKeyName {
  readonly path: string;
  readonly view: RegistryView;
}

/** A value of a registry key; name "" is the key's default value. Numbers are unsigned. */
export interface RegistryValue {
  readonly name: string;
  readonly data: GuestRegValueData;
}

/** The registry of a Windows guest. GUEST_OPERATION_UNSUPPORTED in others. */
export interface GuestRegistry {
  /** Values of a key by the guest's order; undefined where there is no such key. */
  values(key: RegistryKeyName, op: Operation): Promise<RegistryValue[] | undefined>;
  /** Names of the keys just below; undefined where there is no such key. */
  subkeys(key: RegistryKeyName, op: Operation): Promise<string[] | undefined>;
  /** Makes a key, with those above it. PATH_EXISTS. */
  create(key: RegistryKeyName, op: Operation): Promise<void>;
  /** Makes the value or replaces it, also by another type. */
  set(key: RegistryKeyName, value: RegistryValue, op: Operation): Promise<void>;
  deleteValue(key: RegistryKeyName, name: string, op: Operation): Promise<void>;
  /** Removes a key with its values. DIRECTORY_NOT_EMPTY where it has subkeys, unless recursive. Absent is success. */
  deleteKey(key: RegistryKeyName, recursive: boolean, op: Operation): Promise<void>;
}

/** A process of the guest's operating system. */
export interface GuestProcess {
  readonly pid: number;
  readonly owner: string;
  /** Name of the program's file, without directories. */
  readonly name: string;
}

/** One boot of the guest's operating system, by the guest's clock. */
export interface GuestBoot {
  readonly startedAt: Date;
}

/** Boots of the guest, told apart by the start of its first process. */
export interface GuestBoots {
  /** GUEST_OPERATION_UNSUPPORTED where the login does not see that process. */
  current(op: Operation): Promise<GuestBoot>;
  /** True when the guest has rebooted since. */
  isAnother(than: GuestBoot, op: Operation): Promise<boolean>;
  /** Waits until the guest has rebooted and its Tools answer again; TIMED_OUT when `op` ends before. */
  waitForNext(than: GuestBoot, op: Operation): Promise<void>;
}

/** The facade over one VM's guest operations: everything a resource needs and nothing of the wire. */
export interface Guest {
  readonly vm: VmIdentity;
  readonly family: GuestFamily;
  readonly system: GuestSystemInfo;
  readonly files: GuestFiles;
  readonly programs: GuestPrograms;
  readonly boots: GuestBoots;
  readonly accounts: GuestAccounts;
  readonly aliases: GuestAliases;
  readonly registry: GuestRegistry;
  /**
   * The agent's environment with USER, HOME, SHELL of the login (docs/reference/guest-operations.md#environment); all
   * variables when no names are given.
   */
  environment(names: readonly string[], op: Operation): Promise<ReadonlyMap<string, string>>;
  /** Logs in and does nothing else: GUEST_LOGIN_FAILED when the login is refused. */
  validateLogin(op: Operation): Promise<void>;
  /** All processes of the guest. */
  processes(op: Operation): Promise<GuestProcess[]>;
  /** Which of these vCenter privileges the provider's user holds on the VM. */
  privileges(privilegeIds: readonly string[], op: Operation): Promise<ReadonlyMap<string, boolean>>;
}
