import { VixError } from "./guest-agent";

/** Error numbers of the in-guest agent, as recorded (docs/reference/faults.md#error-numbers-of-the-agent). */
export const vixErrors = {
  FAIL: 1,
  OUT_OF_MEMORY: 2,
  INVALID_ARGUMENT: 3,
  FILE_NOT_FOUND: 4,
  OBJECT_IS_BUSY: 5,
  NOT_SUPPORTED: 6,
  FILE_ERROR: 7,
  DISK_FULL: 8,
  FILE_ALREADY_EXISTS: 12,
  FILE_ACCESS_ERROR: 13,
  FILE_TOO_BIG: 21,
  FILE_NAME_INVALID: 22,
  OPERATION_NOT_SUPPORTED_ON_GUEST: 3003,
  PROGRAM_NOT_STARTED: 3004,
  GUEST_USER_PERMISSIONS: 3015,
  TOOLS_NOT_RUNNING: 3016,
  INVALID_LOGIN_CREDENTIALS: 3050,
  NOT_A_FILE: 20001,
  NOT_A_DIRECTORY: 20002,
  NO_SUCH_PROCESS: 20003,
  FILE_NAME_TOO_LONG: 20004,
  OPERATION_DISABLED: 20005,
  DIRECTORY_NOT_EMPTY: 20006,
  GUEST_AUTH_MULTIPLE_MAPPINGS: 20007,
  REGISTRY_KEY_INVALID: 20008,
  REGISTRY_KEY_HAS_SUBKEYS: 20009,
  REGISTRY_VALUE_NOT_FOUND: 20010,
  REGISTRY_KEY_ALREADY_EXISTS: 20011,
  REGISTRY_PARENT_KEY_VOLATILE: 20012,
} as const;

const vixByErrno: Readonly<Record<string, number>> = {
  ENOENT: vixErrors.FILE_NOT_FOUND,
  ENODEV: vixErrors.FILE_NOT_FOUND,
  EACCES: vixErrors.FILE_ACCESS_ERROR,
  EPERM: vixErrors.FILE_ACCESS_ERROR,
  EEXIST: vixErrors.FILE_ALREADY_EXISTS,
  ENOTDIR: vixErrors.NOT_A_DIRECTORY,
  EISDIR: vixErrors.NOT_A_FILE,
  ENOTEMPTY: vixErrors.DIRECTORY_NOT_EMPTY,
  ENAMETOOLONG: vixErrors.FILE_NAME_TOO_LONG,
  EINVAL: vixErrors.INVALID_ARGUMENT,
  ELOOP: vixErrors.OUT_OF_MEMORY,
  EBUSY: vixErrors.OBJECT_IS_BUSY,
  EAGAIN: vixErrors.OBJECT_IS_BUSY,
  EROFS: vixErrors.FILE_ERROR,
  EIO: vixErrors.FILE_ERROR,
  EMFILE: vixErrors.FILE_ERROR,
  ENFILE: vixErrors.FILE_ERROR,
  ENXIO: vixErrors.FILE_ERROR,
  ETXTBSY: vixErrors.FILE_ERROR,
  ENOSPC: vixErrors.DISK_FULL,
  EDQUOT: vixErrors.DISK_FULL,
  EFBIG: vixErrors.FILE_TOO_BIG,
};

/** A failed system call of the guest, raised by our own path resolution; `code` as in Node's own errors. */
export class ErrnoError extends Error {
  override readonly name = "ErrnoError";
  constructor(readonly code: string) {
    super(code);
  }
}

/** The errno name ("ENOENT") of a failed system call, or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** What the agent answers to this error: a VixError as it is, a failed system call by its errno, all else VIX 1. */
export function toVixError(error: unknown): VixError {
  if (error instanceof VixError) return error;
  const errno = errnoOf(error);
  return new VixError(
    (errno === undefined ? undefined : vixByErrno[errno]) ?? vixErrors.FAIL,
    error instanceof Error ? error.message : String(error),
  );
}
