import { GuestError } from "../../errors/guest-error";
import { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { GuestListFileInfo } from "../../vim/guest-operations/guest-file";
import type { GuestProcessInfo, GuestProgramSpec } from "../../vim/guest-operations/guest-process";
import { type FileAttributes, type GuestCredential, type GuestFamily, nameOfLogin, remedyOfLogin } from "../guest";
import { given } from "../../values/given";
import type { Authentication } from "./authentication";
import type { GuestSystemInfo, VmIdentity } from "../../vcenter/machine";
import { attributesSpec } from "./file-attributes";
import type { GuestLogin } from "./guest-login";
import { type CallPath, performInGuest, removeInGuest } from "./repeat-call";
import { VmGuestAliases } from "./aliases";
import type { PerformInVm } from "./manager-call";
import { VmGuestRegistry } from "./registry";
import type { Operation } from "../../operation/operation";
import type { GuestManagers } from "../../vcenter/connection";

/** What the operations of one VM work with. */
export interface GuestCallsContext extends CallPath {
  readonly authentication: Authentication;
  readonly vm: VmIdentity;
  readonly family: GuestFamily;
  /** host:port of the vSphere server, and the user of the session with it: for messages. */
  readonly server: string;
  readonly vsphereUser: string;
  readonly managers: (call: CallOptions) => Promise<GuestManagers>;
  /** Called with every failure, before it is thrown. */
  readonly failed: (error: unknown) => void;
}

/** Which page of a listing, and which entries of it (docs/reference/guest-operations.md#listings). */
export interface ListFilesPage {
  /** Matches to skip; default 0. Step by maxResults, never by the entries received. */
  readonly index?: number;
  /** The host's default is 50. */
  readonly maxResults?: number;
  /** PCRE, unanchored, over base names (over the whole path for a single file). */
  readonly matchPattern?: string;
}

/**
 * More than 60,536 bytes in one operation do not fit the channel into the guest
 * (docs/reference/guest-operations.md#every-operation).
 */
const maxInputBytes = 60_000;

/**
 * The guest operations of one VM under one guest login, named as in the API. Every call goes through the VM's queue,
 * is repeated within `op.deadlineMs` where that is safe (docs/reference/faults.md#which-pass-by-themselves), and fails
 * with a GuestError that names operation, VM, path or program, reason and remedy. `fault` and `cause` keep the server's
 * own words.
 *
 * A call whose answer was lost and which is not safe to repeat fails with VCENTER_UNREACHABLE, retryable false: it may
 * have taken effect, so look before you go on. These are makeDirectory, move*, createTemporary* and startProgram.
 */
export class GuestCalls {
  readonly vm: VmIdentity;
  readonly family: GuestFamily;
  /** Name of the guest login. */
  readonly guestUser: string;
  /** Whose SAML tokens a guest account accepts. */
  readonly aliases = new VmGuestAliases((...call) => this.#perform(...call));
  /** The registry of a Windows guest. */
  readonly registry = new VmGuestRegistry((...call) => this.#perform(...call));
  readonly #context: GuestCallsContext;
  readonly #reference: ManagedObjectReference;
  readonly #loginRemedy: string | undefined;

  constructor(context: GuestCallsContext, credential: GuestCredential) {
    this.vm = context.vm;
    this.family = context.family;
    this.#context = context;
    this.#reference = new ManagedObjectReference("VirtualMachine", context.vm.moid);
    this.guestUser = nameOfLogin(credential);
    this.#loginRemedy = remedyOfLogin(credential);
  }

  /** What is known of this login: whether the guest has let it in. */
  get login(): GuestLogin {
    return this.#context.login;
  }

  /** State of the VM's power and Tools, read anew. */
  lookAtVm(op: Operation): Promise<GuestSystemInfo> {
    return this.#context.lookAtVm(op);
  }

  validateCredentialsInGuest(op: Operation) {
    return this.#perform("ValidateCredentialsInGuest", "", op, ({ auth }, vm, login, call) =>
      auth.validateCredentialsInGuest(vm, login, call),
    );
  }

  /** A ticket for the login; by SSPI the one that calls go with, which is not released at the end then. */
  acquireCredentialsInGuest(op: Operation): Promise<string> {
    return this.#perform("AcquireCredentialsInGuest", "", op, async ({ auth }, vm, login, call) => {
      if (login.type === "TicketedSessionAuthentication") return this.#context.authentication.handOver(login.ticket);
      const { ticket } = await auth.acquireCredentialsInGuest(vm, login, undefined, call);
      if (ticket !== undefined) return ticket;
      throw new GuestError("PROTOCOL_ERROR", "The guest gave no ticket.");
    });
  }

  releaseCredentialsInGuest(op: Operation): Promise<void> {
    return this.#perform("ReleaseCredentialsInGuest", "", op, ({ auth }, vm, login, call) =>
      auth.releaseCredentialsInGuest(vm, login, call),
    );
  }

  listFilesInGuest(filePath: string, page: ListFilesPage, op: Operation): Promise<GuestListFileInfo> {
    return this.#perform("ListFilesInGuest", filePath, op, ({ file }, vm, login, call) =>
      file.listFilesInGuest(vm, login, filePath, page, call),
    );
  }

  makeDirectoryInGuest(directoryPath: string, createParentDirectories: boolean, op: Operation) {
    return this.#perform("MakeDirectoryInGuest", directoryPath, op, ({ file }, vm, login, call) =>
      file.makeDirectoryInGuest(vm, login, directoryPath, createParentDirectories, call),
    );
  }

  deleteFileInGuest(filePath: string, op: Operation) {
    const send = () =>
      this.#perform("DeleteFileInGuest", filePath, op, ({ file }, vm, login, call) =>
        file.deleteFileInGuest(vm, login, filePath, call),
      );
    return removeInGuest(send, "PATH_NOT_FOUND");
  }

  deleteDirectoryInGuest(directoryPath: string, recursive: boolean, op: Operation) {
    const send = () =>
      this.#perform("DeleteDirectoryInGuest", directoryPath, op, ({ file }, vm, login, call) =>
        file.deleteDirectoryInGuest(vm, login, directoryPath, recursive, call),
      );
    return removeInGuest(send, "PATH_NOT_FOUND");
  }

  moveFileInGuest(srcFilePath: string, dstFilePath: string, overwrite: boolean, op: Operation) {
    return this.#perform("MoveFileInGuest", `${srcFilePath} to ${dstFilePath}`, op, ({ file }, vm, login, call) =>
      file.moveFileInGuest(vm, login, srcFilePath, dstFilePath, overwrite, call),
    );
  }

  moveDirectoryInGuest(srcDirectoryPath: string, dstDirectoryPath: string, op: Operation) {
    const subject = `${srcDirectoryPath} to ${dstDirectoryPath}`;
    return this.#perform("MoveDirectoryInGuest", subject, op, ({ file }, vm, login, call) =>
      file.moveDirectoryInGuest(vm, login, srcDirectoryPath, dstDirectoryPath, call),
    );
  }

  /** Returns the full path of the new, empty file (0600). */
  createTemporaryFileInGuest(prefix: string, suffix: string, directoryPath: string | undefined, op: Operation) {
    const subject = directoryPath === undefined ? "" : `a file in ${directoryPath}`;
    return this.#perform("CreateTemporaryFileInGuest", subject, op, ({ file }, vm, login, call) =>
      file.createTemporaryFileInGuest(vm, login, prefix, suffix, directoryPath, call),
    );
  }

  /** Returns the full path of the new directory (0700). */
  createTemporaryDirectoryInGuest(prefix: string, suffix: string, directoryPath: string | undefined, op: Operation) {
    const subject = directoryPath === undefined ? "" : `a directory in ${directoryPath}`;
    return this.#perform("CreateTemporaryDirectoryInGuest", subject, op, ({ file }, vm, login, call) =>
      file.createTemporaryDirectoryInGuest(vm, login, prefix, suffix, directoryPath, call),
    );
  }

  async changeFileAttributesInGuest(path: string, attributes: FileAttributes, op: Operation) {
    const spec = attributesSpec(attributes);
    return this.#perform("ChangeFileAttributesInGuest", path, op, ({ file }, vm, login, call) =>
      file.changeFileAttributesInGuest(vm, login, path, spec, call),
    );
  }

  /** Returns the process id: of the shell where one stays as parent (docs/reference/guest-operations.md#programs). */
  async startProgramInGuest(spec: GuestProgramSpec, op: Operation): Promise<number> {
    refuseTooLong(spec, this.loginSizeBytes);
    return this.#perform("StartProgramInGuest", spec.programPath, op, ({ process }, vm, login, call) =>
      process.startProgramInGuest(vm, login, spec, call),
    );
  }

  /** What the login takes of each operation's room, as far as it is known. */
  get loginSizeBytes(): number {
    return this.#context.authentication.sizeBytes;
  }

  /** Unknown pids are left out. Always give pids: without, one command line that is not UTF-8 makes Tools abort. */
  listProcessesInGuest(pids: readonly number[], op: Operation): Promise<GuestProcessInfo[]> {
    return this.#perform("ListProcessesInGuest", "", op, ({ process }, vm, login, call) =>
      process.listProcessesInGuest(vm, login, pids, call),
    );
  }

  /** A negative pid reaches the whole process group. Blocks up to 20 s. */
  terminateProcessInGuest(pid: number, op: Operation) {
    const subject = pid < 0 ? `process group ${-pid}` : `process ${pid}`;
    const send = () =>
      this.#perform("TerminateProcessInGuest", subject, op, ({ process }, vm, login, call) =>
        process.terminateProcessInGuest(vm, login, pid, call),
      );
    return removeInGuest(send, "PROCESS_NOT_FOUND");
  }

  /** `NAME=VALUE` lines; unset names are left out; no names: all. */
  readEnvironmentVariableInGuest(names: readonly string[], op: Operation): Promise<string[]> {
    return this.#perform("ReadEnvironmentVariableInGuest", names.join(", "), op, ({ process }, vm, login, call) =>
      process.readEnvironmentVariableInGuest(vm, login, names, call),
    );
  }

  /** Returns the one-time URL to PUT the file's bytes to; a secret. */
  async initiateFileTransferToGuest(
    path: string,
    attributes: FileAttributes,
    options: { readonly fileSizeBytes: number; readonly overwrite: boolean },
    op: Operation,
  ): Promise<string> {
    const spec = attributesSpec(attributes);
    return this.#perform("InitiateFileTransferToGuest", path, op, ({ file }, vm, login, call) =>
      file.initiateFileTransferToGuest(vm, login, path, spec, options, call),
    );
  }

  /** Returns the one-time URL to GET the file's bytes from, a secret, and what the guest tells of the file. */
  initiateFileTransferFromGuest(path: string, op: Operation) {
    return this.#perform("InitiateFileTransferFromGuest", path, op, ({ file }, vm, login, call) =>
      file.initiateFileTransferFromGuest(vm, login, path, call),
    );
  }

  readonly #perform: PerformInVm = async (method, subject, op, send) => {
    const { vm, server, vsphereUser } = this.#context;
    const login = given({ guestUser: this.guestUser, loginRemedy: this.#loginRemedy });
    const action = { method, subject, vm, server, vsphereUser, ...login };
    const sendNow = async (call: CallOptions) => {
      const managers = await this.#context.managers(call);
      const asking = { manager: managers.auth, vm: this.#reference, call };
      return this.#context.authentication.with(asking, (auth) => send(managers, this.#reference, auth, call));
    };
    try {
      return await performInGuest(action, this.#context, op, sendNow);
    } catch (error) {
      this.#context.failed(error);
      throw error;
    }
  };
}

function refuseTooLong(spec: GuestProgramSpec, loginSizeBytes: number): void {
  const texts = [spec.programPath, spec.arguments, spec.workingDirectory ?? "", ...(spec.envVariables ?? [])];
  const sizeBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, loginSizeBytes);
  if (sizeBytes <= maxInputBytes) return;
  throw new GuestError(
    "INVALID_INPUT",
    `The program, its arguments and environment are ${sizeBytes} bytes; VMware Tools takes at most ${maxInputBytes}. ` +
      "Put long text into a file or script.",
  );
}
