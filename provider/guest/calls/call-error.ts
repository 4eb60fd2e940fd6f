import { GuestError, type GuestErrorCode, type VimFault } from "../../errors/guest-error";
import type { VmIdentity } from "../../vcenter/machine";
import { given } from "../../values/given";

/** A guest operation for messages: whom it concerned and where it ran. */
export interface GuestAction {
  /** API name, e.g. "MakeDirectoryInGuest". */
  readonly method: string;
  /** Path, program or process it is about; "" when it concerns the guest as a whole. Never a secret. */
  readonly subject: string;
  readonly vm: VmIdentity;
  readonly guestUser: string;
  /** What to check where the guest refuses the login, unless that is user and password. */
  readonly loginRemedy?: string;
  /** host:port of the vSphere server, and the user of the session with it. */
  readonly server: string;
  readonly vsphereUser: string;
}

/** An operation for messages: `ListFilesInGuest of /srv in VM "web" (vm-42)`. */
export function describeAction({ method, subject, vm }: GuestAction): string {
  return `${method}${subject === "" ? "" : ` of ${subject}`} in VM "${vm.name}" (${vm.moid})`;
}

/** The same failure, told with operation, VM, subject, reason and remedy. Code, fault and retryable stay. */
export function describeFailure(action: GuestAction, error: unknown): unknown {
  if (!(error instanceof GuestError)) return error;
  // A refused login is the answer for all that is done with it, whatever was asked first.
  const isOfGuest = error.code === "GUEST_LOGIN_FAILED";
  const what = isOfGuest ? `VM "${action.vm.name}" (${action.vm.moid}): ` : `${describeAction(action)} failed: `;
  const reason = reasons[error.code]?.(action, error.fault) ?? serverWords(action, error);
  return new GuestError(error.code, what + reason, {
    cause: error,
    retryable: error.retryable,
    ...given({ fault: error.fault }),
  });
}

type Reason = (action: GuestAction, fault: VimFault | undefined) => string;

const reasons: Partial<Record<GuestErrorCode, Reason>> = {
  PATH_NOT_FOUND: () => "it does not exist, or the directory it should be in does not.",
  PATH_EXISTS: () => "something of that name is there already.",
  NOT_A_FILE: () => "it is not a regular file.",
  NOT_A_DIRECTORY: () => "it, or a part of its path, is not a directory.",
  DIRECTORY_NOT_EMPTY: () => "the directory is not empty.",
  PATH_TOO_LONG: () => "the path is too long for the guest's file system.",
  DISK_FULL: () => "the guest's disk is full. Free some space there.",
  PROCESS_NOT_FOUND: () => "there is no such process (any more).",
  GUEST_PERMISSION_DENIED: ({ guestUser }, fault) =>
    fault?.name === "FileLocked"
      ? "another program in the guest has the file open and locked. End that program, or let the file be written before it starts."
      : `the guest user "${guestUser}" is not allowed to. Give it the rights in the guest, or use another guest login.`,
  GUEST_LOGIN_FAILED: ({ guestUser, loginRemedy }) =>
    loginRemedy !== undefined
      ? `the guest refused the login of ${guestUser}. ${loginRemedy}`
      : `the guest refused the login of "${guestUser}". Check the guest's user and password (not vCenter's): a wrong password, ` +
        "a locked or expired account and a shell that is not in /etc/shells all get this answer. It is not tried again " +
        "in this deploy, since more attempts could lock the account.",
  VCENTER_PERMISSION_DENIED: (action, fault) =>
    `the vSphere user ${action.vsphereUser} lacks the privilege ${privilegeOf(action.method, fault)} on this VM. ` +
    `That is a right in ${action.server} (Virtual machine > Guest calls), not in the guest.`,
  GUEST_OPERATION_DISABLED: ({ method }) =>
    "it is switched off for this guest: look for `disabled` or " +
    `\`${method}.disabled\` under [guestoperations] in the guest's tools.conf, and for guest.commands.enabled in the VM's settings.`,
  GUEST_OPERATION_UNSUPPORTED: (_, fault) =>
    fault?.name === "GuestComponentsOutOfDate"
      ? "VMware Tools in the guest is too old, or lacks its vix plugin (Alpine: package open-vm-tools-vix)."
      : "this guest's system or VMware Tools does not support it.",
  VM_NOT_READY: (_, fault) =>
    fault?.name === "InvalidPowerState"
      ? `the VM is ${fault.fields["existingState"] === "suspended" ? "suspended" : "not powered on"}. Power it on.`
      : "VMware Tools in the guest does not answer. It may be starting or stopped, or the guest may be rebooting.",
  VM_NOT_FOUND: () => "the VM is gone from the inventory.",
  BUSY: ({ server }, fault) => `${whatIsBusy(server, fault)} (${fault?.name ?? "unknown"}: ${fault?.message ?? ""}).`,
  LICENSE_RESTRICTED: () =>
    "the host's license does not allow changes through the API (free ESXi). It takes a paid or evaluation license, or vCenter.",
};

function whatIsBusy(server: string, fault: VimFault | undefined): string {
  switch (fault?.name) {
    case "HostCommunication":
    case "HostNotConnected":
    case "HostNotReachable":
      return `${server} has no connection to the ESXi host of the VM`;
    case "TooManyGuestLogons":
      return "the guest has too many logins under way";
    default:
      return "the VM is busy with another task";
  }
}

/**
 * The guest does not say which argument of a transfer it minds, but these are what it refuses
 * (docs/reference/guest-operations.md#transfers).
 */
const causesInTransfers =
  " Likely: there is a symbolic link or directory at the path, its directory is missing, or the attributes are not those of this guest's system.";

/** Recorded: without VGAuth alias operations fail so, while password logins go on. */
const vgauthMissing =
  ". Likely: the guest's VGAuth service does not run (Linux: vgauthd; Windows: VMware Alias Manager and Ticket Service).";

function serverWords({ method }: GuestAction, error: GuestError): string {
  if (error.fault === undefined) return error.message;
  const { name, message, fields } = error.fault;
  if (error.code !== "INVALID_INPUT") {
    const likely = method.includes("Alias") && name === "SystemError" ? vgauthMissing : "";
    return `${message || "no reason given"} [${name}]${likely}`;
  }
  const property = fields["invalidProperty"];
  if (typeof property === "string" && property !== "")
    return `VMware Tools does not accept these arguments (${property}). [${name}]`;
  const causes = method.startsWith("InitiateFileTransfer") ? causesInTransfers : "";
  return `VMware Tools does not accept these arguments.${causes} [${name}]`;
}

const queryMethods = /^(Validate|Acquire|Release|List|Read|InitiateFileTransferFromGuest)/;
const executeMethods = /^(StartProgram|TerminateProcess)/;

/** The privilege a guest operation needs (docs/reference/protocol.md#privileges), where the fault does not say. */
function privilegeOf(method: string, fault: VimFault | undefined): string {
  const told = fault?.fields["privilegeId"];
  if (typeof told === "string" && told !== "") return told;
  if (method.includes("Alias"))
    return `VirtualMachine.GuestOperations.${method.startsWith("List") ? "Query" : "Modify"}Aliases`;
  const kind = queryMethods.test(method) ? "Query" : executeMethods.test(method) ? "Execute" : "Modify";
  return `VirtualMachine.GuestOperations.${kind}`;
}
