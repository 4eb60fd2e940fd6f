import { GuestError } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import type { VmIdentity } from "../../vcenter/machine";
import { withoutInternal, type PropertyMap } from "../../properties/property-value";
import { describeServer, isSameServer, recordedRegistration, type Registration } from "./registration";
import type { Connection } from "../scope/context";
import { recordedInstanceUuid, recordedSelector } from "../scope/guest-access";
import { findOrUndefined, tell } from "../scope/observe";
import { subjectOf } from "../scope/subject";

/** What a record tells of where its object is. */
export interface RecordedPlace {
  readonly id: string;
  /** The recorded state; empty for an import. */
  readonly state: PropertyMap;
}

/**
 * The machine that a record's object is in, whatever it is called and whichever server has it now; undefined when it is
 * gone. Only the server that the record names says so, to a login that may see the machine: where that can't be told, it
 * rejects with VM_ELSEWHERE or VCENTER_PERMISSION_DENIED, unless the configuration says what it comes to.
 */
export async function recordedMachine(
  connection: Connection,
  record: RecordedPlace,
  op: Operation,
): Promise<VmIdentity | undefined> {
  const { source } = connection;
  const selector = recordedSelector(record.id, record.state);
  const found = await findOrUndefined(() => source.findVirtualMachine(selector, op));
  if (found !== undefined || Object.keys(withoutInternal(record.state)).length === 0) return found;
  // It failed before its machine was found: nothing of it is anywhere.
  if (recordedInstanceUuid(record.id, record.state) === undefined) return undefined;
  if (connection.missingMachines !== "gone") return registeredMachine(connection, record, op);
  const server = describeServer(await source.server(op));
  tell(
    op.log,
    "warn",
    "",
    record.id,
    `${server} does not find its machine, which is taken for gone (missingMachines).`,
  );
  return undefined;
}

/** The machine by its id on the server on which it was recorded; undefined when that server has none of this id any more. */
async function registeredMachine(
  { source }: Connection,
  { id, state }: RecordedPlace,
  op: Operation,
): Promise<VmIdentity | undefined> {
  const was = recordedRegistration(state);
  const now = await source.server(op);
  if (was === undefined || !isSameServer(was.server, now)) throw elsewhere(id, was, describeServer(now));
  const there = await source.registered(was.moid, op);
  if (there === undefined || there.instanceUuid === recordedInstanceUuid(id, state)) return there;
  throw new GuestError(
    "VM_ELSEWHERE",
    `${subjectOf("", id)}: ${was.moid} of ${describeServer(now)}, on which it was made, has another instance UUID now ` +
      `(${there.instanceUuid}, "${there.name}"), so it can't be told whether it is the same machine. Nothing was changed. ${remedy}`,
  );
}

const remedy =
  "If its machine is gone for good: `pulumi config set vsphere-guest:missingMachines gone` (environment variable " +
  "VSPHERE_MISSING_MACHINES) for one deploy, or `pulumi state delete` for single resources.";

function elsewhere(id: string, was: Registration | undefined, now: string): GuestError {
  const made =
    was === undefined
      ? "its record is of a version that did not note the server"
      : `it was made on ${was.moid} of ${describeServer(was.server)}`;
  return new GuestError(
    "VM_ELSEWHERE",
    `${subjectOf("", id)}: ${made}, and vsphere-guest is connected to ${now}, which does not find that machine. ` +
      `Nothing was changed. Connect to the server that has it (vsphere-guest:vsphereServer, VSPHERE_SERVER). ${remedy}`,
  );
}
