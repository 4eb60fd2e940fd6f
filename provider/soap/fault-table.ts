import type { GuestErrorCode } from "../errors/guest-error";

export interface FaultMeaning {
  readonly code: GuestErrorCode;
  /**
   * True when nothing happened and the same call may succeed a little later
   * (docs/reference/faults.md#which-pass-by-themselves).
   */
  readonly retryable: boolean;
}

const permanent = (code: GuestErrorCode): FaultMeaning => ({ code, retryable: false });
const transient = (code: GuestErrorCode): FaultMeaning => ({ code, retryable: true });

/** What each vSphere fault means to a caller (docs/reference/faults.md#which-pass-by-themselves). */
export const faultMeanings: Readonly<Record<string, FaultMeaning>> = {
  NotAuthenticated: permanent("SESSION_EXPIRED"),
  InvalidLogin: permanent("VCENTER_LOGIN_FAILED"),
  InvalidLocale: permanent("VCENTER_LOGIN_FAILED"),
  NoPermission: permanent("VCENTER_PERMISSION_DENIED"),
  RestrictedByAdministrator: permanent("VCENTER_PERMISSION_DENIED"),
  RestrictedVersion: permanent("LICENSE_RESTRICTED"),
  TaskInProgress: transient("BUSY"),
  InvalidState: transient("BUSY"),
  HostCommunication: transient("BUSY"),
  HostNotConnected: transient("BUSY"),
  HostNotReachable: transient("BUSY"),
  InvalidPowerState: transient("VM_NOT_READY"),
  ToolsUnavailable: permanent("VM_NOT_READY"),
  GuestOperationsUnavailable: transient("VM_NOT_READY"),
  GuestComponentsOutOfDate: permanent("GUEST_OPERATION_UNSUPPORTED"),
  OperationNotSupportedByGuest: permanent("GUEST_OPERATION_UNSUPPORTED"),
  OperationDisabledByGuest: permanent("GUEST_OPERATION_DISABLED"),
  InvalidGuestLogin: permanent("GUEST_LOGIN_FAILED"),
  TooManyGuestLogons: transient("BUSY"),
  GuestPermissionDenied: permanent("GUEST_PERMISSION_DENIED"),
  CannotAccessFile: permanent("GUEST_PERMISSION_DENIED"),
  FileNotWritable: permanent("GUEST_PERMISSION_DENIED"),
  FileLocked: permanent("GUEST_PERMISSION_DENIED"),
  FileNotFound: permanent("PATH_NOT_FOUND"),
  FileAlreadyExists: permanent("PATH_EXISTS"),
  NotAFile: permanent("NOT_A_FILE"),
  NotADirectory: permanent("NOT_A_DIRECTORY"),
  DirectoryNotEmpty: permanent("DIRECTORY_NOT_EMPTY"),
  FileNameTooLong: permanent("PATH_TOO_LONG"),
  NoDiskSpace: permanent("DISK_FULL"),
  GuestRegistryKeyInvalid: permanent("PATH_NOT_FOUND"),
  GuestRegistryKeyAlreadyExists: permanent("PATH_EXISTS"),
  GuestRegistryKeyHasSubkeys: permanent("DIRECTORY_NOT_EMPTY"),
  GuestRegistryKeyParentVolatile: permanent("INVALID_INPUT"),
  GuestRegistryValueNotFound: permanent("PATH_NOT_FOUND"),
  GuestProcessNotFound: permanent("PROCESS_NOT_FOUND"),
  InvalidArgument: permanent("INVALID_INPUT"),
  Timedout: permanent("TIMED_OUT"),
  RequestCanceled: permanent("CANCELLED"),
  InvalidRequest: permanent("PROTOCOL_ERROR"),
  InvalidType: permanent("PROTOCOL_ERROR"),
  MethodNotFound: permanent("PROTOCOL_ERROR"),
  InvalidProperty: permanent("PROTOCOL_ERROR"),
};

/**
 * What the agent's error number inside a SystemError means (`vix error codes = (A, B).`,
 * docs/reference/faults.md#systemerror).
 */
export const vixMeanings: Readonly<Record<number, FaultMeaning>> = {
  5: transient("BUSY"),
  8: permanent("DISK_FULL"),
  22: permanent("PATH_NOT_FOUND"),
  44: permanent("INVALID_INPUT"),
  3016: transient("VM_NOT_READY"),
  3017: permanent("GUEST_OPERATION_DISABLED"),
};

export const unknownFault: FaultMeaning = permanent("SERVER_FAULT");
