import type { FaultName } from "./schema/types";

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const powerStateTexts: Readonly<Record<string, string>> = {
  poweredOn: "Powered on",
  poweredOff: "Powered off",
  suspended: "Suspended",
};

/** English fault strings: docs/reference/faults.md#texts; those it does not give are worded in the same manner. */
const texts: Partial<Record<FaultName, (fields: Fields) => string>> = {
  InvalidGuestLogin: () => "Failed to authenticate with the guest operating system using the supplied credentials.",
  GuestOperationsUnavailable: () => "The guest operations agent could not be contacted.",
  GuestComponentsOutOfDate: () => "The guest operations agent is out of date.",
  GuestPermissionDenied: () => "The guest authentication being used does not have sufficient permissions.",
  OperationDisabledByGuest: () => "The operation has been disabled in the guest operating system.",
  OperationNotSupportedByGuest: () => "The operation is not supported by the guest operating system.",
  GuestMultipleMappings: () => "The certificate is already mapped to another guest account.",
  TooManyGuestLogons: () => "There are too many concurrent login sessions in the guest.",
  GuestProcessNotFound: ({ pid }) => `Process '${text(pid)}' was not found in the guest.`,
  InvalidState: () => "The operation is not allowed in the current state.",
  InvalidPowerState: ({ existingState }) =>
    `The attempted operation cannot be performed in the current state (${powerStateTexts[text(existingState)] ?? ""}).`,
  FileNotFound: ({ file }) => `File ${text(file)} was not found`,
  FileAlreadyExists: ({ file }) =>
    `Cannot complete the operation because the file or folder ${text(file)} already exists`,
  NotAFile: ({ file }) => `The object ${text(file)} is not a file.`,
  NotADirectory: ({ file }) => `The object ${text(file)} is not a directory.`,
  DirectoryNotEmpty: ({ file }) => `The directory ${text(file)} is not empty.`,
  FileNameTooLong: ({ file }) => `File name ${text(file)} is too long`,
  CannotAccessFile: ({ file }) => `Unable to access file ${text(file)}`,
  FileFault: ({ file }) => `An error occurred while processing file ${text(file)}`,
  NoDiskSpace: ({ file }) => `Insufficient disk space to complete the operation on ${text(file)}.`,
  InvalidArgument: ({ invalidProperty }) => `A specified parameter was not correct: ${text(invalidProperty)}`,
  NoPermission: () => "Permission to perform this operation was denied.",
  NotAuthenticated: () => "The session is not authenticated.",
  InvalidLogin: () => "Cannot complete login due to an incorrect user name or password.",
  RestrictedVersion: () => "Current license or ESXi version prohibits execution of the requested operation.",
  TaskInProgress: () => "Another task is already in progress.",
  ToolsUnavailable: () => "Cannot complete operation because VMware Tools is not running in this virtual machine.",
  SystemError: ({ reason }) => `A general system error occurred: ${text(reason)}`,
  NotSupported: () => "The operation is not supported on the object.",
  NotFound: () => "The specified object could not be found.",
  RequestCanceled: () => "The task was canceled by a user.",
  InvalidProperty: ({ name }) => `A specified property was not found: ${text(name)}`,
  InvalidType: ({ argument }) => `The specified type is not known: ${text(argument)}`,
  MethodNotFound: ({ method }) => `Unable to resolve WSDL method name ${text(method)}`,
  DuplicateName: ({ name }) => `The name '${text(name)}' already exists.`,
  AlreadyExists: ({ name }) => `The specified key, name, or identifier '${text(name)}' already exists.`,
};

/** The fault string that a real server sends for a fault. */
export function faultText(type: FaultName, fields: Fields): string {
  return texts[type]?.(fields) ?? `${type}`;
}
