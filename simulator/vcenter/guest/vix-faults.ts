import { Fault } from "../../soap/fault";
import type { FaultName } from "../../soap/schema/types";

/**
 * From the guest agent's error number to the vSphere fault: docs/reference/faults.md#error-numbers-of-the-agent.
 * Numbers without an entry are SystemError. Where a mapping is inferred, the first of those named there stands here;
 * the option `vixFaults` changes any of them.
 */
const defaultFaults: Readonly<Record<number, FaultName>> = {
  3: "InvalidArgument",
  4: "FileNotFound",
  6: "OperationNotSupportedByGuest",
  7: "FileFault",
  8: "NoDiskSpace",
  12: "FileAlreadyExists",
  13: "CannotAccessFile",
  21: "FileTooLarge",
  22: "InvalidArgument",
  3003: "OperationNotSupportedByGuest",
  3015: "GuestPermissionDenied",
  3016: "GuestOperationsUnavailable",
  3017: "GuestOperationsUnavailable",
  3025: "GuestComponentsOutOfDate",
  3034: "GuestOperationsUnavailable",
  3035: "InvalidGuestLogin",
  3046: "TooManyGuestLogons",
  3050: "InvalidGuestLogin",
  20001: "NotAFile",
  20002: "NotADirectory",
  20003: "GuestProcessNotFound",
  20004: "FileNameTooLong",
  20005: "OperationDisabledByGuest",
  20006: "DirectoryNotEmpty",
  20007: "GuestMultipleMappings",
  20008: "GuestRegistryKeyInvalid",
  20009: "GuestRegistryKeyHasSubkeys",
  20010: "GuestRegistryValueNotFound",
  20011: "GuestRegistryKeyAlreadyExists",
  20012: "GuestRegistryKeyParentVolatile",
};

/** Win32 codes that go with the registry faults. */
const windowsCodes: Readonly<Record<number, number>> = { 20008: 2, 20009: 5, 20010: 2, 20011: 183, 20012: 1021 };

/** What an operation was about, for the fields of its fault. */
export interface FaultSubject {
  readonly file?: string;
  /** The file that "already exists" means, where that is not `file`. */
  readonly destination?: string;
  /** The directory that "not a directory" means, where that is not `file`. */
  readonly directory?: string;
  readonly pid?: number;
  readonly keyName?: string;
  readonly valueName?: string;
}

/** Fault types by VIX number that replace the defaults. */
export type VixFaultOverrides = Readonly<Partial<Record<string, FaultName>>>;

/** The fault that the host answers for an error number of the agent. */
export function faultOfVix(vix: number, subject: FaultSubject, overrides: VixFaultOverrides): Fault {
  const type = overrides[String(vix)] ?? defaultFaults[vix] ?? "SystemError";
  return new Fault(type, fieldsOf(type, vix, subject));
}

function fieldsOf(type: FaultName, vix: number, subject: FaultSubject): Readonly<Record<string, unknown>> {
  const file = subject.file ?? "";
  switch (type) {
    case "SystemError":
      return { reason: `vix error codes = (${vix}, 0).\n` };
    case "FileAlreadyExists":
      return { file: subject.destination ?? file };
    case "NotADirectory":
      return { file: subject.directory ?? file };
    case "NoDiskSpace":
      return { file, datastore: "" };
    case "FileTooLarge":
      return { file, datastore: "", fileSize: 0 };
    case "GuestProcessNotFound":
      return { pid: subject.pid ?? 0 };
    default:
      if (type.startsWith("GuestRegistry"))
        return {
          windowsSystemErrorCode: windowsCodes[vix] ?? 0,
          keyName: subject.keyName ?? "",
          valueName: subject.valueName ?? "",
        };
      return { file };
  }
}
