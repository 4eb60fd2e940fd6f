import type { MethodDeclaration } from "./notation";

const query = "VirtualMachine.GuestOperations.Query";
const modify = "VirtualMachine.GuestOperations.Modify";
const execute = "VirtualMachine.GuestOperations.Execute";
const queryAliases = "VirtualMachine.GuestOperations.QueryAliases";
const modifyAliases = "VirtualMachine.GuestOperations.ModifyAliases";

/** The first two parameters of (almost) every guest operation. */
const inGuest = { vm: "@VirtualMachine", auth: "GuestAuthentication" } as const;

const temporaryParameters = { ...inGuest, prefix: "string", suffix: "string", directoryPath: "string?" } as const;

const authMethods = {
  ValidateCredentialsInGuest: { on: "GuestAuthManager", parameters: inGuest, returns: "void", privilege: query },
  AcquireCredentialsInGuest: {
    on: "GuestAuthManager",
    parameters: { vm: "@VirtualMachine", requestedAuth: "GuestAuthentication", sessionID: "long?" },
    returns: "GuestAuthentication",
    privilege: query,
  },
  ReleaseCredentialsInGuest: { on: "GuestAuthManager", parameters: inGuest, returns: "void", privilege: query },
} as const satisfies Record<string, MethodDeclaration>;

const fileMethods = {
  MakeDirectoryInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, directoryPath: "string", createParentDirectories: "boolean" },
    returns: "void",
    privilege: modify,
  },
  DeleteFileInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, filePath: "string" },
    returns: "void",
    privilege: modify,
  },
  DeleteDirectoryInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, directoryPath: "string", recursive: "boolean" },
    returns: "void",
    privilege: modify,
  },
  MoveDirectoryInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, srcDirectoryPath: "string", dstDirectoryPath: "string" },
    returns: "void",
    privilege: modify,
  },
  MoveFileInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, srcFilePath: "string", dstFilePath: "string", overwrite: "boolean" },
    returns: "void",
    privilege: modify,
  },
  CreateTemporaryFileInGuest: {
    on: "GuestFileManager",
    parameters: temporaryParameters,
    returns: "string",
    privilege: modify,
  },
  CreateTemporaryDirectoryInGuest: {
    on: "GuestFileManager",
    parameters: temporaryParameters,
    returns: "string",
    privilege: modify,
  },
  ListFilesInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, filePath: "string", index: "int?", maxResults: "int?", matchPattern: "string?" },
    returns: "GuestListFileInfo",
    privilege: query,
  },
  ChangeFileAttributesInGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, guestFilePath: "string", fileAttributes: "GuestFileAttributes" },
    returns: "void",
    privilege: modify,
  },
  InitiateFileTransferFromGuest: {
    on: "GuestFileManager",
    parameters: { ...inGuest, guestFilePath: "string" },
    returns: "FileTransferInformation",
    privilege: query,
  },
  InitiateFileTransferToGuest: {
    on: "GuestFileManager",
    parameters: {
      ...inGuest,
      guestFilePath: "string",
      fileAttributes: "GuestFileAttributes",
      fileSize: "long",
      overwrite: "boolean",
    },
    returns: "string",
    privilege: modify,
  },
} as const satisfies Record<string, MethodDeclaration>;

const processMethods = {
  StartProgramInGuest: {
    on: "GuestProcessManager",
    parameters: { ...inGuest, spec: "GuestProgramSpec" },
    returns: "long",
    privilege: execute,
  },
  ListProcessesInGuest: {
    on: "GuestProcessManager",
    parameters: { ...inGuest, pids: "long*" },
    returns: "GuestProcessInfo*",
    privilege: query,
  },
  TerminateProcessInGuest: {
    on: "GuestProcessManager",
    parameters: { ...inGuest, pid: "long" },
    returns: "void",
    privilege: execute,
  },
  ReadEnvironmentVariableInGuest: {
    on: "GuestProcessManager",
    parameters: { ...inGuest, names: "string*" },
    returns: "string*",
    privilege: query,
  },
} as const satisfies Record<string, MethodDeclaration>;

const aliasMethods = {
  AddGuestAlias: {
    on: "GuestAliasManager",
    parameters: {
      ...inGuest,
      username: "string",
      mapCert: "boolean",
      base64Cert: "string",
      aliasInfo: "GuestAuthAliasInfo",
    },
    returns: "void",
    privilege: modifyAliases,
  },
  RemoveGuestAlias: {
    on: "GuestAliasManager",
    parameters: { ...inGuest, username: "string", base64Cert: "string", subject: "GuestAuthSubject" },
    returns: "void",
    privilege: modifyAliases,
  },
  RemoveGuestAliasByCert: {
    on: "GuestAliasManager",
    parameters: { ...inGuest, username: "string", base64Cert: "string" },
    returns: "void",
    privilege: modifyAliases,
  },
  ListGuestAliases: {
    on: "GuestAliasManager",
    parameters: { ...inGuest, username: "string" },
    returns: "GuestAliases*",
    privilege: queryAliases,
  },
  ListGuestMappedAliases: {
    on: "GuestAliasManager",
    parameters: inGuest,
    returns: "GuestMappedAliases*",
    privilege: queryAliases,
  },
} as const satisfies Record<string, MethodDeclaration>;

const registryMethods = {
  CreateRegistryKeyInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, keyName: "GuestRegKeyNameSpec", isVolatile: "boolean", classType: "string?" },
    returns: "void",
    privilege: modify,
  },
  ListRegistryKeysInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, keyName: "GuestRegKeyNameSpec", recursive: "boolean", matchPattern: "string?" },
    returns: "GuestRegKeyRecordSpec*",
    privilege: query,
  },
  DeleteRegistryKeyInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, keyName: "GuestRegKeyNameSpec", recursive: "boolean" },
    returns: "void",
    privilege: modify,
  },
  SetRegistryValueInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, value: "GuestRegValueSpec" },
    returns: "void",
    privilege: modify,
  },
  ListRegistryValuesInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, keyName: "GuestRegKeyNameSpec", expandStrings: "boolean", matchPattern: "string?" },
    returns: "GuestRegValueSpec*",
    privilege: query,
  },
  DeleteRegistryValueInGuest: {
    on: "GuestWindowsRegistryManager",
    parameters: { ...inGuest, valueName: "GuestRegValueNameSpec" },
    returns: "void",
    privilege: modify,
  },
} as const satisfies Record<string, MethodDeclaration>;

/**
 * Every guest operation (docs/reference/guest-operations.md), with its privilege
 * (docs/reference/protocol.md#privileges).
 */
export const guestMethods = {
  ...authMethods,
  ...fileMethods,
  ...processMethods,
  ...aliasMethods,
  ...registryMethods,
};
