import { GuestError, hasCode } from "../../errors/guest-error";
import { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { GuestAuthentication } from "../../vim/guest-operations/guest-authentication";
import type { GuestListFileInfo } from "../../vim/guest-operations/guest-file";
import type { GuestProcessInfo, GuestProgramSpec } from "../../vim/guest-operations/guest-process";
import type { ContentSource, FileAttributes, TransferOptions } from "../guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { Download, GuestOperations, ListFilesPage, UploadOptions } from "./guest-operations";
import { attributesSpec } from "./file-attributes";
import { performInGuest, removeInGuest } from "./repeat-call";
import { VmGuestAliases } from "./aliases";
import type { PerformInVm } from "./manager-call";
import { VmGuestRegistry } from "./registry";
import { downloadInBand } from "../transfer/in-band/download";
import { uploadInBand } from "../transfer/in-band/upload";
import type { Operation } from "../../operation/operation";
import type { OperationQueue } from "./operation-queue";
import type { TransferRouter } from "../transfer/route";
import type { TransferService } from "../transfer/transfer-service";
import type { GuestManagers } from "../../vcenter/connection";

/** A login with user name and password in the guest. */
export interface GuestCredential {
  readonly username: string;
  readonly password: string;
  /** Act in the desktop session of that user, who must be logged on there. */
  readonly interactiveSession: boolean;
}

/** What the operations of one VM work with. */
export interface GuestOperationsContext {
  readonly vm: VmIdentity;
  /** host:port of the vSphere server, and the user of the session with it: for messages. */
  readonly server: string;
  readonly vsphereUser: string;
  readonly managers: (call: CallOptions) => Promise<GuestManagers>;
  readonly queue: OperationQueue;
  readonly transfers: TransferService;
  readonly router: TransferRouter;
  /** True when the VM has become ready a moment ago. */
  readonly isSettling: () => boolean;
  /** Called with every failure, before it is thrown. */
  readonly failed: (error: unknown) => void;
}

/** More than 60,536 bytes in one operation do not fit the channel into the guest (protocol.md C.1). */
const MAX_INPUT_BYTES = 60_000;

/** GuestOperations over a vSphere server. */
export class VmGuestOperations implements GuestOperations {
  readonly vm: VmIdentity;
  readonly aliases = new VmGuestAliases((...call) => this.#perform(...call));
  readonly registry = new VmGuestRegistry((...call) => this.#perform(...call));
  readonly #context: GuestOperationsContext;
  readonly #reference: ManagedObjectReference;
  readonly #auth: GuestAuthentication;

  constructor(context: GuestOperationsContext, credential: GuestCredential) {
    this.vm = context.vm;
    this.#context = context;
    this.#reference = new ManagedObjectReference("VirtualMachine", context.vm.moid);
    this.#auth = { type: "NamePasswordAuthentication", ...credential };
  }

  validateCredentialsInGuest(op: Operation) {
    return this.#perform("ValidateCredentialsInGuest", "", op, ({ auth }, vm, login, call) =>
      auth.validateCredentialsInGuest(vm, login, call),
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

  createTemporaryFileInGuest(prefix: string, suffix: string, directoryPath: string | undefined, op: Operation) {
    const subject = directoryPath === undefined ? "" : `a file in ${directoryPath}`;
    return this.#perform("CreateTemporaryFileInGuest", subject, op, ({ file }, vm, login, call) =>
      file.createTemporaryFileInGuest(vm, login, prefix, suffix, directoryPath, call),
    );
  }

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

  async startProgramInGuest(spec: GuestProgramSpec, op: Operation): Promise<number> {
    refuseTooLong(spec, this.#auth);
    return this.#perform("StartProgramInGuest", spec.programPath, op, ({ process }, vm, login, call) =>
      process.startProgramInGuest(vm, login, spec, call),
    );
  }

  listProcessesInGuest(pids: readonly number[], op: Operation): Promise<GuestProcessInfo[]> {
    return this.#perform("ListProcessesInGuest", "", op, ({ process }, vm, login, call) =>
      process.listProcessesInGuest(vm, login, pids, call),
    );
  }

  terminateProcessInGuest(pid: number, op: Operation) {
    const subject = pid < 0 ? `process group ${-pid}` : `process ${pid}`;
    const send = () =>
      this.#perform("TerminateProcessInGuest", subject, op, ({ process }, vm, login, call) =>
        process.terminateProcessInGuest(vm, login, pid, call),
      );
    return removeInGuest(send, "PROCESS_NOT_FOUND");
  }

  readEnvironmentVariableInGuest(names: readonly string[], op: Operation): Promise<string[]> {
    return this.#perform("ReadEnvironmentVariableInGuest", names.join(", "), op, ({ process }, vm, login, call) =>
      process.readEnvironmentVariableInGuest(vm, login, names, call),
    );
  }

  upload(
    path: string,
    attributes: FileAttributes,
    content: ContentSource,
    overwrite: boolean,
    op: Operation,
    options: UploadOptions = {},
  ): Promise<void> {
    const ways = {
      direct: () => this.#uploadDirectly(path, attributes, content, overwrite, op),
      inBand: async (afterDirect: boolean) => {
        // An attempt before the one that found no way may have left its part.
        if (afterDirect) await this.deleteFileInGuest(path, op).catch(unlessGone);
        await uploadInBand(this, path, attributes, content, op);
      },
    };
    return this.#context.router.take(ways, options, op);
  }

  download(path: string, op: Operation, options: TransferOptions = {}): Promise<Download> {
    const ways = {
      direct: () => this.#downloadDirectly(path, op),
      inBand: () => downloadInBand(this, path, op),
    };
    return this.#context.router.take(ways, options, op);
  }

  async #uploadDirectly(
    path: string,
    attributes: FileAttributes,
    content: ContentSource,
    overwrite: boolean,
    op: Operation,
  ): Promise<void> {
    const spec = attributesSpec(attributes);
    const initiate = (attempt: number) => {
      // An attempt that broke off may have left its part of the file.
      const options = { fileSizeBytes: content.sizeBytes, overwrite: overwrite || attempt > 1 };
      return this.#perform("InitiateFileTransferToGuest", path, op, ({ file }, vm, login, call) =>
        file.initiateFileTransferToGuest(vm, login, path, spec, options, call),
      );
    };
    await this.#context.transfers.upload(this.vm, path, content, initiate, op);
  }

  async #downloadDirectly(path: string, op: Operation): Promise<Download> {
    const initiate = () =>
      this.#perform("InitiateFileTransferFromGuest", path, op, ({ file }, vm, login, call) =>
        file.initiateFileTransferFromGuest(vm, login, path, call),
      );
    const { info, incoming } = await this.#context.transfers.download(this.vm, path, initiate, op);
    return { sizeBytes: incoming.sizeBytes ?? info.size, attributes: info.attributes, body: incoming.body };
  }

  readonly #perform: PerformInVm = async (method, subject, op, send) => {
    const { vm, server, vsphereUser, queue, isSettling } = this.#context;
    const guestUser = this.#auth.type === "NamePasswordAuthentication" ? this.#auth.username : "";
    const action = { method, subject, vm, guestUser, server, vsphereUser };
    const sendNow = async (call: CallOptions) =>
      send(await this.#context.managers(call), this.#reference, this.#auth, call);
    try {
      return await performInGuest(action, queue, op, sendNow, isSettling);
    } catch (error) {
      this.#context.failed(error);
      throw error;
    }
  };
}

function unlessGone(error: unknown): void {
  if (!hasCode(error, "PATH_NOT_FOUND")) throw error;
}

function refuseTooLong(spec: GuestProgramSpec, auth: GuestAuthentication): void {
  const texts = [spec.programPath, spec.arguments, spec.workingDirectory ?? "", ...(spec.envVariables ?? [])];
  if (auth.type === "NamePasswordAuthentication") texts.push(auth.username, auth.password);
  const sizeBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  if (sizeBytes <= MAX_INPUT_BYTES) return;
  throw new GuestError(
    "INVALID_INPUT",
    `The program, its arguments and environment are ${sizeBytes} bytes; VMware Tools takes at most ${MAX_INPUT_BYTES}. ` +
      "Put long text into a file or script.",
  );
}
