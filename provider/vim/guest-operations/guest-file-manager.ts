import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { authenticationValue, type GuestAuthentication } from "./guest-authentication";
import {
  fileAttributesValue,
  fileTransferInformation,
  guestListFileInfo,
  type FileTransferInformation,
  type GuestFileAttributesSpec,
  type GuestListFileInfo,
} from "./guest-file";
import { ManagedObject, nothing, type CallOptions } from "../managed-object";
import { required, text } from "../xsd";

export interface ListFilesOptions {
  readonly index?: number;
  readonly maxResults?: number;
  readonly matchPattern?: string;
}

export interface TransferToGuestOptions {
  readonly fileSizeBytes: number;
  readonly overwrite: boolean;
}

/** Files and directories of guests (docs/reference/guest-operations.md#files). */
export class GuestFileManager extends ManagedObject {
  makeDirectoryInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    directoryPath: string,
    createParentDirectories: boolean,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), directoryPath, createParentDirectories };
    return this.once("MakeDirectoryInGuest", parameters, nothing, call);
  }

  deleteFileInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    filePath: string,
    call: CallOptions = {},
  ): Promise<void> {
    return this.once("DeleteFileInGuest", { vm, auth: authenticationValue(auth), filePath }, nothing, call);
  }

  deleteDirectoryInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    directoryPath: string,
    recursive: boolean,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), directoryPath, recursive };
    return this.once("DeleteDirectoryInGuest", parameters, nothing, call);
  }

  moveDirectoryInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    srcDirectoryPath: string,
    dstDirectoryPath: string,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), srcDirectoryPath, dstDirectoryPath };
    return this.once("MoveDirectoryInGuest", parameters, nothing, call);
  }

  moveFileInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    srcFilePath: string,
    dstFilePath: string,
    overwrite: boolean,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), srcFilePath, dstFilePath, overwrite };
    return this.once("MoveFileInGuest", parameters, nothing, call);
  }

  createTemporaryFileInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    prefix: string,
    suffix: string,
    directoryPath: string | undefined,
    call: CallOptions = {},
  ): Promise<string> {
    const parameters = { vm, auth: authenticationValue(auth), prefix, suffix, directoryPath };
    return this.once("CreateTemporaryFileInGuest", parameters, required(text), call);
  }

  createTemporaryDirectoryInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    prefix: string,
    suffix: string,
    directoryPath: string | undefined,
    call: CallOptions = {},
  ): Promise<string> {
    const parameters = { vm, auth: authenticationValue(auth), prefix, suffix, directoryPath };
    return this.once("CreateTemporaryDirectoryInGuest", parameters, required(text), call);
  }

  listFilesInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    filePath: string,
    options: ListFilesOptions,
    call: CallOptions = {},
  ): Promise<GuestListFileInfo> {
    const { index, maxResults, matchPattern } = options;
    const parameters = { vm, auth: authenticationValue(auth), filePath, index, maxResults, matchPattern };
    return this.repeatable("ListFilesInGuest", parameters, required(guestListFileInfo), call);
  }

  changeFileAttributesInGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    guestFilePath: string,
    attributes: GuestFileAttributesSpec,
    call: CallOptions = {},
  ): Promise<void> {
    const fileAttributes = fileAttributesValue(attributes);
    const parameters = { vm, auth: authenticationValue(auth), guestFilePath, fileAttributes };
    return this.repeatable("ChangeFileAttributesInGuest", parameters, nothing, call);
  }

  initiateFileTransferFromGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    guestFilePath: string,
    call: CallOptions = {},
  ): Promise<FileTransferInformation> {
    const parameters = { vm, auth: authenticationValue(auth), guestFilePath };
    return this.repeatable("InitiateFileTransferFromGuest", parameters, required(fileTransferInformation), call);
  }

  /** Returns the one-time URL, a secret. Changes nothing in the guest yet. */
  initiateFileTransferToGuest(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    guestFilePath: string,
    attributes: GuestFileAttributesSpec,
    options: TransferToGuestOptions,
    call: CallOptions = {},
  ): Promise<string> {
    const parameters = {
      vm,
      auth: authenticationValue(auth),
      guestFilePath,
      fileAttributes: fileAttributesValue(attributes),
      fileSize: options.fileSizeBytes,
      overwrite: options.overwrite,
    };
    return this.repeatable("InitiateFileTransferToGuest", parameters, required(text), call);
  }
}
