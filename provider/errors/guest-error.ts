/**
 * What went wrong, by what a caller can do about it. Stable: programs and tests compare these codes.
 */
export type GuestErrorCode =
  | "INVALID_INPUT"
  | "VM_NOT_FOUND"
  | "VM_AMBIGUOUS"
  | "VM_ELSEWHERE"
  | "VM_NOT_READY"
  | "VCENTER_LOGIN_FAILED"
  | "VCENTER_PERMISSION_DENIED"
  | "VCENTER_UNREACHABLE"
  | "SESSION_EXPIRED"
  | "CERTIFICATE_NOT_TRUSTED"
  | "HOST_UNREACHABLE"
  | "TRANSFER_FAILED"
  | "GUEST_LOGIN_FAILED"
  | "GUEST_PERMISSION_DENIED"
  | "GUEST_OPERATION_DISABLED"
  | "GUEST_OPERATION_UNSUPPORTED"
  | "PATH_NOT_FOUND"
  | "PATH_EXISTS"
  | "NOT_A_FILE"
  | "NOT_A_DIRECTORY"
  | "DIRECTORY_NOT_EMPTY"
  | "PATH_TOO_LONG"
  | "DISK_FULL"
  | "PROGRAM_FAILED"
  | "PROCESS_NOT_FOUND"
  | "EXPECTATION_FAILED"
  | "BUSY"
  | "LICENSE_RESTRICTED"
  | "TIMED_OUT"
  | "CANCELLED"
  | "PROTOCOL_ERROR"
  | "SERVER_FAULT";

/**
 * The vSphere fault behind an error: its type name and decoded fields, as the server sent them
 * (docs/reference/faults.md#fault-types).
 */
export interface VimFault {
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface GuestErrorOptions {
  readonly cause?: unknown;
  /** True when the same call may be sent again without harm and may then succeed. */
  readonly retryable?: boolean;
  readonly fault?: VimFault;
}

/**
 * The one base class of all errors this package raises. The message says what failed, where (vm, path), why, and
 * what to do next; it never holds a secret. `code` tells the cases apart, `fault` keeps the server's own words.
 */
export class GuestError extends Error {
  override readonly name: string = "GuestError";
  readonly code: GuestErrorCode;
  readonly retryable: boolean;
  readonly fault?: VimFault;

  constructor(code: GuestErrorCode, message: string, options: GuestErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.fault !== undefined) this.fault = options.fault;
  }
}

/** The fault of type `name` in an error or its causes, or undefined: the one way to ask "is it FileNotFound?". */
export function faultOf(error: unknown, name: string): VimFault | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof GuestError && at.fault?.name === name) return at.fault;
  }
  return undefined;
}

/** True when the error, or one of its causes, is a GuestError with this code. */
export function hasCode(error: unknown, code: GuestErrorCode): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof GuestError && at.code === code) return true;
  }
  return false;
}
