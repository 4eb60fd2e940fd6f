import { closeSync, constants, createReadStream, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import {
  VixError,
  type AgentFileAttributes,
  type AgentProcessInfo,
  type AgentProgramSpec,
  type AgentUpload,
  type GuestAgent,
  type GuestCredential,
  type GuestOptions,
  type GuestUser,
} from "../guest-agent";
import { DiskQuota } from "../linux/files/disk-quota";
import { checkCredentialShape } from "../login";
import { compileNameFilter } from "../pattern/name-filter";
import { ToolsConf } from "../tools-conf";
import { toVixError, vixErrors } from "../vix";
import { Drive } from "./drive";
import { profileOf, readWindowsEnvironment, windowsEnvironment } from "./environment";
import { checkWindowsAttributes, WindowsAttributes } from "./file-attributes";
import { WindowsFiles } from "./files";
import { WindowsLogins } from "./login";
import { Registry } from "./registry";
import { WindowsUpload } from "./upload";
import { layOutDrive } from "./windows-layout";
import { WindowsPrograms } from "./windows-programs";

/** The agent of a Windows guest, simulated on a directory as drive C:. Checks come in the order of the Linux agent. */
export class WindowsAgent implements GuestAgent {
  readonly #drive: Drive;
  readonly #attributes = new WindowsAttributes();
  readonly #files: WindowsFiles;
  readonly #programs: WindowsPrograms;
  readonly #registry: Registry;
  readonly #logins: WindowsLogins;
  readonly #toolsConf: ToolsConf;
  readonly #quota: DiskQuota;

  constructor(options: GuestOptions) {
    const now = options.now ?? Date.now;
    const [user] = options.users;
    layOutDrive(options.root, options.users);
    this.#drive = new Drive(options.root);
    this.#files = new WindowsFiles(this.#drive, this.#attributes);
    this.#programs = new WindowsPrograms(options.root, this.#drive, now);
    this.#registry = new Registry(options.root, now, user === undefined ? [] : windowsEnvironment(user));
    this.#logins = new WindowsLogins(options.users);
    this.#toolsConf = new ToolsConf(join(options.root, "ProgramData/VMware/VMware Tools/tools.conf"));
    this.#quota = new DiskQuota(options.root, options.diskQuotaBytes);
  }

  async validateCredentialsInGuest(auth: GuestCredential): Promise<void> {
    this.#login("ValidateCredentialsInGuest", auth);
  }

  async acquireCredentialsInGuest(auth: GuestCredential, sessionId?: number): Promise<GuestCredential> {
    this.#checkEnabled("AcquireCredentialsInGuest");
    if (auth.type === "NamePasswordAuthentication") checkCredentialShape(auth);
    return this.#logins.acquire(auth, sessionId);
  }

  async releaseCredentialsInGuest(auth: GuestCredential): Promise<void> {
    this.#checkEnabled("ReleaseCredentialsInGuest");
    this.#logins.release(auth);
  }

  async makeDirectoryInGuest(auth: GuestCredential, directoryPath: string, createParents: boolean): Promise<void> {
    this.#work("MakeDirectoryInGuest", auth, [directoryPath], () => {
      this.#quota.reserve(1);
      this.#files.makeDirectory(directoryPath, createParents);
    });
  }

  async deleteFileInGuest(auth: GuestCredential, filePath: string): Promise<void> {
    this.#work("DeleteFileInGuest", auth, [filePath], () => this.#files.deleteFile(filePath));
  }

  async deleteDirectoryInGuest(auth: GuestCredential, directoryPath: string, recursive: boolean): Promise<void> {
    this.#work("DeleteDirectoryInGuest", auth, [directoryPath], () =>
      this.#files.deleteDirectory(directoryPath, recursive),
    );
  }

  async moveDirectoryInGuest(auth: GuestCredential, src: string, dst: string): Promise<void> {
    this.#work("MoveDirectoryInGuest", auth, [src, dst], () => this.#files.moveDirectory(src, dst));
  }

  async moveFileInGuest(auth: GuestCredential, src: string, dst: string, overwrite: boolean): Promise<void> {
    this.#work("MoveFileInGuest", auth, [src, dst], () => this.#files.moveFile(src, dst, overwrite));
  }

  async createTemporaryFileInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string> {
    return this.#work("CreateTemporaryFileInGuest", auth, [], (user) =>
      this.#files.createTemporary(directoryPath || this.#temporaryDirectory(user), prefix, suffix, "file"),
    );
  }

  async createTemporaryDirectoryInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string> {
    return this.#work("CreateTemporaryDirectoryInGuest", auth, [], (user) =>
      this.#files.createTemporary(directoryPath || this.#temporaryDirectory(user), prefix, suffix, "directory"),
    );
  }

  async listFilesInGuest(
    auth: GuestCredential,
    filePath: string,
    index: number,
    maxResults: number,
    matchPattern?: string,
  ) {
    return this.#work("ListFilesInGuest", auth, [filePath], () =>
      this.#files.list(filePath, index, maxResults, compileNameFilter(matchPattern)),
    );
  }

  async changeFileAttributesInGuest(auth: GuestCredential, path: string, wanted: AgentFileAttributes): Promise<void> {
    this.#checkEnabled("ChangeFileAttributesInGuest");
    checkWindowsAttributes(wanted);
    this.#work("ChangeFileAttributesInGuest", auth, [path], () => this.#files.change(path, wanted));
  }

  async initiateFileTransferFromGuest(auth: GuestCredential, path: string) {
    return this.#work("InitiateFileTransferFromGuest", auth, [path], () => {
      const { attributes, size } = this.#files.checkDownload(path);
      return { attributes, size };
    });
  }

  async initiateFileTransferToGuest(
    auth: GuestCredential,
    path: string,
    wanted: AgentFileAttributes,
    overwrite: boolean,
  ): Promise<void> {
    this.#checkEnabled("InitiateFileTransferToGuest");
    checkWindowsAttributes(wanted);
    this.#work("InitiateFileTransferToGuest", auth, [path], () => this.#files.checkUpload(path, overwrite));
  }

  async openDownload(auth: GuestCredential, path: string) {
    return this.#work("InitiateFileTransferFromGuest", auth, [path], () => {
      const { hostPath, size } = this.#files.checkDownload(path);
      const descriptor = openSync(hostPath, constants.O_RDONLY | constants.O_NONBLOCK);
      if (size > 0) return { size, body: createReadStream(hostPath, { fd: descriptor, start: 0, end: size - 1 }) };
      closeSync(descriptor);
      return { size, body: noBytes() };
    });
  }

  async openUpload(auth: GuestCredential, path: string, wanted: AgentFileAttributes): Promise<AgentUpload> {
    return this.#work("InitiateFileTransferToGuest", auth, [path], () => {
      const hostPath = this.#files.checkUpload(path, true);
      return new WindowsUpload(hostPath, wanted, this.#attributes, this.#quota);
    });
  }

  async startProgramInGuest(auth: GuestCredential, spec: AgentProgramSpec): Promise<number> {
    this.#checkEnabled("StartProgramInGuest");
    const areEntries = spec.envVariables.every((entry) => entry.includes("="));
    if (spec.programPath === "" || !areEntries) throw new VixError(vixErrors.INVALID_ARGUMENT);
    const user = this.#login("StartProgramInGuest", auth);
    return this.#answer(() => this.#programs.start(user, spec));
  }

  async listProcessesInGuest(auth: GuestCredential, pids: readonly number[]): Promise<AgentProcessInfo[]> {
    this.#login("ListProcessesInGuest", auth);
    return this.#answer(async () => this.#programs.list(pids));
  }

  async terminateProcessInGuest(auth: GuestCredential, pid: number): Promise<void> {
    this.#login("TerminateProcessInGuest", auth);
    await this.#answer(() => this.#programs.terminate(pid));
  }

  async readEnvironmentVariableInGuest(auth: GuestCredential, names: readonly string[]): Promise<string[]> {
    return readWindowsEnvironment(this.#login("ReadEnvironmentVariableInGuest", auth), names);
  }

  async aliasOperation(method: string, auth: GuestCredential): Promise<unknown> {
    this.#login(method, auth);
    throw new VixError(vixErrors.FAIL, "the alias service of a simulated Windows guest is not running");
  }

  async registryOperation(
    method: string,
    auth: GuestCredential,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    this.#login(method, auth);
    return this.#answer(async () => this.#registry.run(method, parameters));
  }

  async restartTools(): Promise<void> {
    this.#programs.forgetStarted();
    this.#logins.forget();
  }

  async shutdown(): Promise<void> {
    await this.#programs.shutdown();
  }

  #work<T>(operation: string, auth: GuestCredential, paths: readonly string[], task: (user: GuestUser) => T): T {
    const user = this.#login(operation, auth, paths);
    try {
      return task(user);
    } catch (error) {
      throw toVixError(error);
    }
  }

  async #answer<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw toVixError(error);
    }
  }

  #login(operation: string, auth: GuestCredential, paths: readonly string[] = []): GuestUser {
    this.#checkEnabled(operation);
    if (auth.type === "NamePasswordAuthentication") checkCredentialShape(auth);
    if (paths.includes("")) throw new VixError(vixErrors.INVALID_ARGUMENT);
    return this.#logins.logIn(auth);
  }

  #checkEnabled(operation: string): void {
    if (this.#toolsConf.isDisabled(operation)) throw new VixError(vixErrors.OPERATION_DISABLED);
  }

  /** Where temporary objects go when no directory is given: made on first use. */
  #temporaryDirectory(user: GuestUser): string {
    const path = `${profileOf(user)}\\AppData\\Local\\Temp\\vmware-${user.name}`;
    const { hostPath, stats } = this.#drive.findForChange(path);
    if (stats === undefined) mkdirSync(hostPath);
    return path;
  }
}

async function* noBytes(): AsyncGenerator<Buffer> {
  // An empty file: nothing to send.
}
