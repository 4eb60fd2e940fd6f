import type { DataTypeDeclaration } from "./notation";

/** Data objects of the guest operations: docs/reference/guest-operations.md. */
export const guestTypes = {
  GuestAuthentication: { abstract: true, fields: { interactiveSession: "boolean" } },
  NamePasswordAuthentication: { base: "GuestAuthentication", fields: { username: "string", password: "string" } },
  SSPIAuthentication: { base: "GuestAuthentication", fields: { sspiToken: "string" } },
  SAMLTokenAuthentication: { base: "GuestAuthentication", fields: { token: "string", username: "string?" } },
  TicketedSessionAuthentication: { base: "GuestAuthentication", fields: { ticket: "string" } },

  GuestFileAttributes: {
    fields: { modificationTime: "dateTime?", accessTime: "dateTime?", symlinkTarget: "string?" },
  },
  GuestPosixFileAttributes: {
    base: "GuestFileAttributes",
    fields: { ownerId: "int?", groupId: "int?", permissions: "long?" },
  },
  GuestWindowsFileAttributes: {
    base: "GuestFileAttributes",
    fields: { hidden: "boolean?", readOnly: "boolean?", createTime: "dateTime?" },
  },
  GuestFileInfo: { fields: { path: "string", type: "string", size: "long", attributes: "GuestFileAttributes" } },
  GuestListFileInfo: { fields: { files: "GuestFileInfo*", remaining: "int" } },
  FileTransferInformation: { fields: { attributes: "GuestFileAttributes", size: "long", url: "string" } },

  GuestProgramSpec: {
    fields: {
      programPath: "string",
      arguments: "string",
      workingDirectory: "string?",
      envVariables: "string*",
    },
  },
  GuestWindowsProgramSpec: { base: "GuestProgramSpec", fields: { startMinimized: "boolean" } },
  GuestProcessInfo: {
    fields: {
      name: "string",
      pid: "long",
      owner: "string",
      cmdLine: "string",
      startTime: "dateTime",
      endTime: "dateTime?",
      exitCode: "int?",
    },
  },

  GuestAuthSubject: { abstract: true, fields: {} },
  GuestAuthAnySubject: { base: "GuestAuthSubject", fields: {} },
  GuestAuthNamedSubject: { base: "GuestAuthSubject", fields: { name: "string" } },
  GuestAuthAliasInfo: { fields: { subject: "GuestAuthSubject", comment: "string" } },
  GuestAliases: { fields: { base64Cert: "string", aliases: "GuestAuthAliasInfo+" } },
  GuestMappedAliases: { fields: { base64Cert: "string", username: "string", subjects: "GuestAuthSubject+" } },

  GuestRegKeyNameSpec: { fields: { registryPath: "string", wowBitness: "string" } },
  GuestRegKeySpec: { fields: { keyName: "GuestRegKeyNameSpec", classType: "string", lastWritten: "dateTime" } },
  GuestRegKeyRecordSpec: { fields: { key: "GuestRegKeySpec", fault: "LocalizedMethodFault?" } },
  GuestRegValueNameSpec: { fields: { keyName: "GuestRegKeyNameSpec", name: "string" } },
  GuestRegValueDataSpec: { abstract: true, fields: {} },
  GuestRegValueDwordSpec: { base: "GuestRegValueDataSpec", fields: { value: "int" } },
  GuestRegValueQwordSpec: { base: "GuestRegValueDataSpec", fields: { value: "qword" } },
  GuestRegValueStringSpec: { base: "GuestRegValueDataSpec", fields: { value: "string?" } },
  GuestRegValueExpandStringSpec: { base: "GuestRegValueDataSpec", fields: { value: "string?" } },
  GuestRegValueMultiStringSpec: { base: "GuestRegValueDataSpec", fields: { value: "string*" } },
  GuestRegValueBinarySpec: { base: "GuestRegValueDataSpec", fields: { value: "base64Binary?" } },
  GuestRegValueSpec: { fields: { name: "GuestRegValueNameSpec", data: "GuestRegValueDataSpec" } },
} as const satisfies Record<string, DataTypeDeclaration>;
