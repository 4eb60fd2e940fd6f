import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { GuestError, type GuestErrorCode } from "../errors/guest-error";
import { PartialFailure } from "../lifecycle/converge";
import { encodeProperties } from "../properties/wire-value";
import { toStruct } from "./struct";
import { printable } from "../values/printable";

const { status } = grpc;

/**
 * What the engine makes of an error: UNKNOWN means that the object's fate is not known, all others that nothing
 * happened (docs/reference/pulumi.md#calls-to-a-native-provider).
 */
const statusOfCode: Readonly<Record<GuestErrorCode, grpc.status>> = {
  INVALID_INPUT: status.INVALID_ARGUMENT,
  VM_NOT_FOUND: status.NOT_FOUND,
  VM_AMBIGUOUS: status.INVALID_ARGUMENT,
  VM_ELSEWHERE: status.FAILED_PRECONDITION,
  VM_NOT_READY: status.FAILED_PRECONDITION,
  VCENTER_LOGIN_FAILED: status.UNAUTHENTICATED,
  VCENTER_PERMISSION_DENIED: status.PERMISSION_DENIED,
  VCENTER_UNREACHABLE: status.UNAVAILABLE,
  SESSION_EXPIRED: status.UNAUTHENTICATED,
  CERTIFICATE_NOT_TRUSTED: status.FAILED_PRECONDITION,
  HOST_UNREACHABLE: status.UNAVAILABLE,
  TRANSFER_FAILED: status.UNKNOWN,
  GUEST_LOGIN_FAILED: status.UNAUTHENTICATED,
  GUEST_PERMISSION_DENIED: status.PERMISSION_DENIED,
  GUEST_OPERATION_DISABLED: status.FAILED_PRECONDITION,
  GUEST_OPERATION_UNSUPPORTED: status.FAILED_PRECONDITION,
  PATH_NOT_FOUND: status.NOT_FOUND,
  PATH_EXISTS: status.ALREADY_EXISTS,
  NOT_A_FILE: status.FAILED_PRECONDITION,
  NOT_A_DIRECTORY: status.FAILED_PRECONDITION,
  DIRECTORY_NOT_EMPTY: status.FAILED_PRECONDITION,
  PATH_TOO_LONG: status.INVALID_ARGUMENT,
  DISK_FULL: status.RESOURCE_EXHAUSTED,
  PROGRAM_FAILED: status.FAILED_PRECONDITION,
  PROCESS_NOT_FOUND: status.NOT_FOUND,
  EXPECTATION_FAILED: status.FAILED_PRECONDITION,
  BUSY: status.UNAVAILABLE,
  LICENSE_RESTRICTED: status.FAILED_PRECONDITION,
  TIMED_OUT: status.DEADLINE_EXCEEDED,
  CANCELLED: status.CANCELLED,
  PROTOCOL_ERROR: status.UNKNOWN,
  SERVER_FAULT: status.UNKNOWN,
};

/** An error as gRPC answers it. */
export interface RpcError {
  readonly code: grpc.status;
  readonly details: string;
  readonly metadata?: grpc.Metadata;
}

/** Every error that a handler may reject with, in gRPC's words, printable. */
export function rpcError(error: unknown): RpcError {
  if (error instanceof RpcRefusal) return withDetail(error.code, printable(error.message), error.detail);
  if (error instanceof PartialFailure) return unfinished(error);
  const details = printable(error instanceof Error ? error.message : String(error));
  if (error instanceof GuestError) return { code: statusOfCode[error.code], details };
  const stack = printable(error instanceof Error ? (error.stack ?? details) : details);
  return { code: status.UNKNOWN, details: `This is a bug of pulumi-vsphere-guest, please report it: ${stack}` };
}

/** A message that travels with an error's status. */
export interface StatusDetail {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A refusal in the protocol's own terms. */
export class RpcRefusal extends Error {
  override readonly name = "RpcRefusal";
  constructor(
    readonly code: grpc.status,
    message: string,
    readonly detail?: StatusDetail,
  ) {
    super(message);
  }
}

/** The object is there, but not as declared: the engine records it and updates it next time. */
function unfinished(error: PartialFailure): RpcError {
  const { id, state, secretOutputs } = error.converged;
  const failure = new messages.ErrorResourceInitFailed();
  failure.setId(id);
  failure.setProperties(toStruct(encodeProperties(state, secretOutputs)));
  failure.setReasonsList([printable(error.message)]);
  const detail = { type: "pulumirpc.ErrorResourceInitFailed", bytes: failure.serializeBinary() };
  return withDetail(status.UNKNOWN, printable(error.message), detail);
}

function withDetail(code: grpc.status, details: string, detail: StatusDetail | undefined): RpcError {
  if (detail === undefined) return { code, details };
  const packed = new Any();
  packed.pack(detail.bytes, detail.type);
  const rich = new Status();
  rich.setCode(code);
  rich.setMessage(details);
  rich.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return { code, details, metadata };
}
