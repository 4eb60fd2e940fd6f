/**
 * The border between the simulated vCenter and what runs inside a simulated guest. It mirrors reality: VMware Tools
 * answers a VIX error number, the host turns it into a vSphere fault
 * (docs/reference/faults.md#error-numbers-of-the-agent).
 */

/** A refusal by the in-guest agent, as its numeric error code. */
export class VixError extends Error {
  override readonly name = "VixError";
  constructor(
    /** e.g. 4 = VIX_E_FILE_NOT_FOUND. */
    readonly vix: number,
    detail?: string,
  ) {
    super(detail ?? `VIX error ${vix}`);
  }
}

/** The guest answers a token of SSPI with one of its own: the client goes on under the same id. */
export class SspiChallenge extends Error {
  override readonly name = "SspiChallenge";
  constructor(
    readonly sspiToken: string,
    readonly sessionId: number,
  ) {
    super("the guest asks for another token");
  }
}

/** GuestAuthentication as it came over the wire. `type` is the xsi:type. */
export type GuestCredential =
  | {
      readonly type: "NamePasswordAuthentication";
      readonly interactiveSession: boolean;
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly type: "SAMLTokenAuthentication";
      readonly interactiveSession: boolean;
      readonly token: string;
      readonly username?: string;
    }
  | { readonly type: "SSPIAuthentication"; readonly interactiveSession: boolean; readonly sspiToken: string }
  | { readonly type: "TicketedSessionAuthentication"; readonly interactiveSession: boolean; readonly ticket: string };

/** GuestFileAttributes and its subtypes; `type` is the xsi:type ("GuestFileAttributes" when left out). */
export interface AgentFileAttributes {
  readonly type: "GuestFileAttributes" | "GuestPosixFileAttributes" | "GuestWindowsFileAttributes";
  readonly modificationTime?: Date;
  readonly accessTime?: Date;
  readonly symlinkTarget?: string;
  readonly ownerId?: number;
  readonly groupId?: number;
  /** Full st_mode in answers. */
  readonly permissions?: number;
  readonly hidden?: boolean;
  readonly readOnly?: boolean;
  readonly createTime?: Date;
}

export interface AgentFileInfo {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  readonly size: number;
  readonly attributes: AgentFileAttributes;
}

export interface AgentProcessInfo {
  readonly name: string;
  readonly pid: number;
  readonly owner: string;
  readonly cmdLine: string;
  readonly startTime: Date;
  readonly endTime?: Date;
  readonly exitCode?: number;
}

export interface AgentProgramSpec {
  readonly programPath: string;
  readonly arguments: string;
  readonly workingDirectory?: string;
  /** Empty: the agent's own environment with USER, HOME, SHELL switched. Otherwise exactly these. */
  readonly envVariables: readonly string[];
  readonly startMinimized?: boolean;
}

/** A file opened for the transfer data plane: what the ESXi host reads from or writes to in the guest. */
export interface AgentUpload {
  /** Appends bytes. Throws VixError (e.g. 8, disk full). */
  write(chunk: Buffer): Promise<void>;
  /** All bytes are in: sets attributes. */
  finish(): Promise<void>;
  /** The transfer was cut: what was written stays, as in reality. */
  abort(): Promise<void>;
}

/**
 * The operations of the in-guest agent, named as in the vSphere API. Each validates its arguments, logs the
 * credential in, and acts with that user's rights, in the recorded order
 * (docs/reference/guest-operations.md#order-of-checks). Throws VixError.
 */
export interface GuestAgent {
  validateCredentialsInGuest(auth: GuestCredential): Promise<void>;
  acquireCredentialsInGuest(auth: GuestCredential, sessionId?: number): Promise<GuestCredential>;
  releaseCredentialsInGuest(auth: GuestCredential): Promise<void>;

  makeDirectoryInGuest(auth: GuestCredential, directoryPath: string, createParentDirectories: boolean): Promise<void>;
  deleteFileInGuest(auth: GuestCredential, filePath: string): Promise<void>;
  deleteDirectoryInGuest(auth: GuestCredential, directoryPath: string, recursive: boolean): Promise<void>;
  moveDirectoryInGuest(auth: GuestCredential, src: string, dst: string): Promise<void>;
  moveFileInGuest(auth: GuestCredential, src: string, dst: string, overwrite: boolean): Promise<void>;
  createTemporaryFileInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string>;
  createTemporaryDirectoryInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string>;
  listFilesInGuest(
    auth: GuestCredential,
    filePath: string,
    index: number,
    maxResults: number,
    matchPattern?: string,
  ): Promise<{ readonly files: AgentFileInfo[]; readonly remaining: number }>;
  changeFileAttributesInGuest(auth: GuestCredential, path: string, attributes: AgentFileAttributes): Promise<void>;
  initiateFileTransferFromGuest(
    auth: GuestCredential,
    path: string,
  ): Promise<{ readonly attributes: AgentFileAttributes; readonly size: number }>;
  initiateFileTransferToGuest(
    auth: GuestCredential,
    path: string,
    attributes: AgentFileAttributes,
    overwrite: boolean,
  ): Promise<void>;

  /** Data plane: called by the ESXi host when the URL handed out for this credential and path is used. */
  openDownload(
    auth: GuestCredential,
    path: string,
  ): Promise<{ readonly size: number; readonly body: AsyncIterable<Buffer> }>;
  openUpload(auth: GuestCredential, path: string, attributes: AgentFileAttributes): Promise<AgentUpload>;

  startProgramInGuest(auth: GuestCredential, spec: AgentProgramSpec): Promise<number>;
  listProcessesInGuest(auth: GuestCredential, pids: readonly number[]): Promise<AgentProcessInfo[]>;
  terminateProcessInGuest(auth: GuestCredential, pid: number): Promise<void>;
  readEnvironmentVariableInGuest(auth: GuestCredential, names: readonly string[]): Promise<string[]>;

  /** Alias and registry managers: decoded request fields by API name in, decoded result out. */
  aliasOperation(
    method: string,
    auth: GuestCredential,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  registryOperation(
    method: string,
    auth: GuestCredential,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;

  /** The Tools service is restarted: finished and running programs are forgotten. */
  restartTools(): Promise<void>;
  /** Power off or end of the simulator: every process of the guest is ended and everything released. */
  shutdown(): Promise<void>;
}

export interface GuestUser {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  readonly groups?: readonly number[];
  /** A login is refused (locked, expired account). */
  readonly refused?: boolean;
}

export interface GuestOptions {
  readonly os: "linux" | "windows";
  /** Directory on the machine that is the guest's root (or its C: drive). Filled with a minimal system if empty. */
  readonly root: string;
  readonly users: readonly GuestUser[];
  readonly toolsVersion: "12.2.0" | "13.0.10";
  /** auto: the strongest isolation this machine allows; off: path mapping only. */
  readonly sandbox: "auto" | "off";
  /** Bytes that may be written into the guest; more is VIX 8. */
  readonly diskQuotaBytes?: number;
  /** Milliseconds since the epoch by the guest's clock. */
  readonly now?: () => number;
}
