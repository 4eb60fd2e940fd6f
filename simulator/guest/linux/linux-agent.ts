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
import { accountNamed, checkCredentialShape, logIn } from "../login";
import { accountOfToken } from "./saml-login";
import { compileNameFilter } from "../pattern/name-filter";
import { ToolsConf } from "../tools-conf";
import { toVixError, vixErrors } from "../vix";
import { AliasStore } from "./aliases";
import { readEnvironment } from "./environment";
import { changeAttributes, checkPosixAttributes } from "./files/attributes";
import { deleteFile } from "./files/delete-file";
import { deleteDirectory, makeDirectory } from "./files/directories";
import { DiskQuota } from "./files/disk-quota";
import { listFiles, type FileListing } from "./files/list-files";
import { moveDirectory, moveFile } from "./files/move";
import { createTemporaryDirectory, createTemporaryFile, UserTemporaryDirectories } from "./files/temporary";
import { checkDownload, checkUpload, openForDownload, Upload, type DownloadInfo } from "./files/transfer";
import { GuestSystem } from "./guest-system";
import { checkProgramShape } from "./programs/program-check";
import { ProgramManager } from "./programs/program-manager";
import { agentPid } from "./programs/terminate";
import type { PathTree } from "./path-tree";
import { runAs } from "./run-as";

/** The agent of a Linux guest. The order of each operation's checks: tools.conf, arguments, login, the work itself. */
export class LinuxAgent implements GuestAgent {
  readonly #system: GuestSystem;
  readonly #programs: ProgramManager;
  readonly #quota: DiskQuota;
  readonly #aliases: AliasStore;
  readonly #toolsConf: ToolsConf;
  readonly #temporaryDirectories = new UserTemporaryDirectories(agentPid);
  readonly #options: GuestOptions;

  constructor(options: GuestOptions) {
    this.#options = options;
    this.#system = new GuestSystem(options);
    this.#programs = new ProgramManager(this.#system);
    this.#aliases = new AliasStore(this.#system);
    this.#toolsConf = new ToolsConf(`${options.root}/etc/vmware-tools/tools.conf`);
    this.#quota = new DiskQuota(options.root, options.diskQuotaBytes);
  }

  async validateCredentialsInGuest(auth: GuestCredential): Promise<void> {
    this.#login("ValidateCredentialsInGuest", auth, []);
  }

  async acquireCredentialsInGuest(): Promise<GuestCredential> {
    this.#checkEnabled("AcquireCredentialsInGuest");
    throw new VixError(vixErrors.NOT_SUPPORTED);
  }

  async releaseCredentialsInGuest(): Promise<void> {
    this.#checkEnabled("ReleaseCredentialsInGuest");
    throw new VixError(vixErrors.NOT_SUPPORTED);
  }

  async makeDirectoryInGuest(auth: GuestCredential, directoryPath: string, createParents: boolean): Promise<void> {
    const deniedParentIsMissing = this.#options.toolsVersion === "13.0.10";
    this.#work("MakeDirectoryInGuest", auth, [directoryPath], (tree) => {
      this.#quota.reserve(1);
      makeDirectory(tree, directoryPath, createParents, { deniedParentIsMissing });
    });
  }

  async deleteFileInGuest(auth: GuestCredential, filePath: string): Promise<void> {
    this.#work("DeleteFileInGuest", auth, [filePath], (tree) => deleteFile(tree, filePath));
  }

  async deleteDirectoryInGuest(auth: GuestCredential, directoryPath: string, recursive: boolean): Promise<void> {
    this.#work("DeleteDirectoryInGuest", auth, [directoryPath], (tree) =>
      deleteDirectory(tree, directoryPath, recursive),
    );
  }

  async moveDirectoryInGuest(auth: GuestCredential, src: string, dst: string): Promise<void> {
    this.#work("MoveDirectoryInGuest", auth, [src, dst], (tree) => moveDirectory(tree, src, dst));
  }

  async moveFileInGuest(auth: GuestCredential, src: string, dst: string, overwrite: boolean): Promise<void> {
    this.#work("MoveFileInGuest", auth, [src, dst], (tree) => moveFile(tree, this.#quota, src, dst, overwrite));
  }

  async createTemporaryFileInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string> {
    return this.#work("CreateTemporaryFileInGuest", auth, [], (tree, user) => {
      const directory = directoryPath || this.#temporaryDirectories.pathFor(tree, user);
      return createTemporaryFile(tree, directory, prefix, suffix);
    });
  }

  async createTemporaryDirectoryInGuest(
    auth: GuestCredential,
    prefix: string,
    suffix: string,
    directoryPath?: string,
  ): Promise<string> {
    return this.#work("CreateTemporaryDirectoryInGuest", auth, [], (tree, user) => {
      const directory = directoryPath || this.#temporaryDirectories.pathFor(tree, user);
      return createTemporaryDirectory(tree, directory, prefix, suffix);
    });
  }

  async listFilesInGuest(
    auth: GuestCredential,
    filePath: string,
    index: number,
    maxResults: number,
    matchPattern?: string,
  ): Promise<FileListing> {
    return this.#work("ListFilesInGuest", auth, [filePath], (tree) => {
      const filter = compileNameFilter(matchPattern);
      return listFiles(tree, filePath, index, maxResults, filter);
    });
  }

  async changeFileAttributesInGuest(
    auth: GuestCredential,
    path: string,
    attributes: AgentFileAttributes,
  ): Promise<void> {
    this.#checkEnabled("ChangeFileAttributesInGuest");
    checkPosixAttributes(attributes);
    const resolution = this.#options.toolsVersion === "13.0.10" ? 100n : 1000n;
    this.#work("ChangeFileAttributesInGuest", auth, [path], (tree, user) =>
      changeAttributes(tree, user, path, attributes, resolution),
    );
  }

  async initiateFileTransferFromGuest(auth: GuestCredential, path: string): Promise<DownloadInfo> {
    return this.#work("InitiateFileTransferFromGuest", auth, [path], (tree) => checkDownload(tree, path));
  }

  async initiateFileTransferToGuest(
    auth: GuestCredential,
    path: string,
    attributes: AgentFileAttributes,
    overwrite: boolean,
  ): Promise<void> {
    this.#checkEnabled("InitiateFileTransferToGuest");
    checkPosixAttributes(attributes);
    this.#work("InitiateFileTransferToGuest", auth, [path], (tree, user) => checkUpload(tree, user, path, overwrite));
  }

  async openDownload(
    auth: GuestCredential,
    path: string,
  ): Promise<{ readonly size: number; readonly body: AsyncIterable<Buffer> }> {
    return this.#work("InitiateFileTransferFromGuest", auth, [path], (tree) => openForDownload(tree, path));
  }

  async openUpload(auth: GuestCredential, path: string, attributes: AgentFileAttributes): Promise<AgentUpload> {
    return this.#work(
      "InitiateFileTransferToGuest",
      auth,
      [path],
      (tree, user) => new Upload(tree, user, path, attributes, this.#quota),
    );
  }

  async startProgramInGuest(auth: GuestCredential, spec: AgentProgramSpec): Promise<number> {
    this.#checkEnabled("StartProgramInGuest");
    checkProgramShape(spec);
    const user = this.#login("StartProgramInGuest", auth, []);
    return this.#answer(() => this.#programs.start(user, spec));
  }

  async listProcessesInGuest(auth: GuestCredential, pids: readonly number[]): Promise<AgentProcessInfo[]> {
    this.#login("ListProcessesInGuest", auth, []);
    return this.#answer(async () => this.#programs.list(pids));
  }

  async terminateProcessInGuest(auth: GuestCredential, pid: number): Promise<void> {
    const user = this.#login("TerminateProcessInGuest", auth, []);
    await this.#answer(() => this.#programs.terminate(user, pid));
  }

  async readEnvironmentVariableInGuest(auth: GuestCredential, names: readonly string[]): Promise<string[]> {
    return readEnvironment(this.#login("ReadEnvironmentVariableInGuest", auth, []), names);
  }

  async aliasOperation(
    method: string,
    auth: GuestCredential,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    this.#checkEnabled(method);
    this.#aliases.checkShape(parameters);
    const user = this.#login(method, auth, []);
    return this.#answer(async () => this.#aliases.run(method, user, parameters));
  }

  async registryOperation(method: string): Promise<unknown> {
    this.#checkEnabled(method);
    throw new VixError(vixErrors.OPERATION_NOT_SUPPORTED_ON_GUEST);
  }

  async restartTools(): Promise<void> {
    this.#programs.forgetStarted();
  }

  async shutdown(): Promise<void> {
    await this.#programs.shutdown();
    this.#system.close();
  }

  /** A file operation: everything that touches the guest's disk runs here, synchronously, with the user's rights. */
  #work<T>(
    operation: string,
    auth: GuestCredential,
    paths: readonly string[],
    task: (tree: PathTree, user: GuestUser) => T,
  ): T {
    const user = this.#login(operation, auth, paths);
    const { tree } = this.#system;
    try {
      return runAs(user, () => task(tree, user));
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

  #login(operation: string, auth: GuestCredential, paths: readonly string[]): GuestUser {
    this.#checkEnabled(operation);
    checkCredentialShape(auth);
    if (paths.includes("")) throw new VixError(vixErrors.INVALID_ARGUMENT);
    return this.#system.accounts.withGroups(this.#user(auth));
  }

  #user(auth: GuestCredential): GuestUser {
    if (auth.type !== "SAMLTokenAuthentication") return logIn(this.#options.users, auth);
    return accountNamed(this.#options.users, accountOfToken(auth, this.#aliases, this.#options.now?.() ?? Date.now()));
  }

  #checkEnabled(operation: string): void {
    if (this.#toolsConf.isDisabled(operation)) throw new VixError(vixErrors.OPERATION_DISABLED);
  }
}
