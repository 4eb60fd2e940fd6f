import type { AnyKind } from "../resources/resource-kind";
import type { VmIdentity } from "../vcenter/machine";
import type { Operation } from "../operation/operation";
import type { Connection, LifecycleContext } from "./scope/context";
import { compareDeclared, type PropertyDifference } from "./recorded/declared-differences";
import { driftOf } from "./recorded/drift";
import { credentialOf, guestForLook, recordedInstanceUuid, selectorOf } from "./scope/guest-access";
import { recordedMachine } from "./recorded/machine";
import { workOn } from "./scope/subject";
import { findOrUndefined, look, tell, unseenWhereUnreachable, type Unseen } from "./scope/observe";
import { declareObject, objectStands, rememberRecord } from "./scope/one-record";
import { observationPatienceSeconds, observationTimeoutSeconds, withOperation } from "./scope/operation-scope";
import { outlookOf } from "./scope/outlook";
import { isWithin, topLevelName } from "../properties/property-path";
import { holdsUnknown, type PropertyMap } from "../properties/property-value";
import { isLeftOpen } from "./recorded/imported";
import { isIgnored } from "./recorded/left-alone";
import { decodeRecord, mendingRecords, tellUnreadable, unreadableNames, type DecodedRecord } from "./recorded/record";
import { declaredInputs, parseInputs, recordedInputs } from "./recorded/state";
import { sameValue } from "../properties/value-differences";

export interface DiffRequest {
  readonly id: string;
  /** Recorded state. */
  readonly state: PropertyMap;
  /** What the program declares now, with unknowns in a preview. */
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Names of the inputs that the record holds as secrets. */
  readonly recordedSecretInputs: ReadonlySet<string>;
  /** Property paths whose differences don't count. */
  readonly ignoreChanges?: readonly string[];
}

export interface DiffResponse {
  /** Empty: the guest is as declared. */
  readonly differences: readonly PropertyDifference[];
  /** The inputs declare the very object of the record: were it replaced, the old one has to go before the new one is made. */
  readonly isSameObject: boolean;
}

/**
 * Compares the declared inputs with the record and with the guest as it is now. Only declared properties are compared.
 * What can't be looked at (VM off, vCenter out of reach) is a warning; the record stands then.
 */
export async function diff(kind: AnyKind, request: DiffRequest, context: LifecycleContext): Promise<DiffResponse> {
  const record = decodeRecord(kind, request.state, request.id);
  const recorded = withDeclaredForUnreadable(kind, record, request.inputs);
  if (record.unreadable.length > 0) tellOf(record, request, context);
  const counts = (one: PropertyDifference) => !isIgnored(one.property, request.ignoreChanges);
  // A state that can't be read tells its inputs all the same: the object is still where they say.
  const before = recorded === undefined ? declaredInputs(kind, request.state) : recordedInputs(kind, recorded);
  if (recorded !== undefined) rememberRecord(kind, { id: request.id, state: recorded, inputs: before }, context);
  const words = [...compareDeclared(kind, before, request.inputs, request.secretInputs), ...newSecrets(request)]
    .filter(counts)
    .filter((one) => !isLeftOpen(kind, recorded, request.inputs, one.property));
  // Another way to name the same machine is no difference: which machine is meant shows when it is looked for.
  const isMachineUnknown = holdsUnknown(request.inputs.vm);
  const declared = words.filter((one) => !isWithin(one.property, "vm") || isMachineUnknown);
  if (declared.some((one) => one.replaces)) {
    // Only whether its machine is within reach of a delete.
    if (!isMachineUnknown) {
      await looking(kind, request, context, (op) => findMachine(request, recorded, context.connect(), op));
    }
    return { differences: declared, isSameObject: false };
  }

  const sight = await observed(kind, request, recorded, context);
  const seen = sight.differences.filter(counts);
  for (const { cause, isLoss, reason, property } of seen) {
    const isOpen = isLeftOpen(kind, recorded, request.inputs, property);
    if (cause === "drifted" || (isOpen && isLoss !== true)) tell(context.log, "info", sight.vmName, request.id, reason);
    else if (isLoss === true) tell(context.log, "warn", sight.vmName, request.id, reason);
  }
  const left = unfinished(kind, recorded);
  for (const { reason } of left) tell(context.log, "info", sight.vmName, request.id, reason);
  const named = new Set(declared.map((one) => one.property));
  const differences = [...declared, ...seen.filter((one) => !named.has(one.property)), ...left];
  if (recorded === undefined && differences.length === 0) differences.push(toBeRecordedAnew);
  const isSame = sight.vm !== undefined && !differences.some((one) => one.replaces);
  if (isSame && differences.length === 0 && sight.want !== undefined)
    objectStands(kind, sight.want, sight.vm, context, recorded);
  context.objects.differing.set(request.id, new Set(differences.map((one) => topLevelName(one.property))));
  return { differences, isSameObject: isSame };
}

function unfinished(kind: AnyKind, recorded: object | undefined): PropertyDifference[] {
  const reason = recorded === undefined ? undefined : kind.unfinished?.(recorded);
  return reason === undefined ? [] : [{ property: "vm", kind: "update", replaces: false, cause: "drifted", reason }];
}

/** What a state that can't be read comes to where nothing else differs: without it, delete would not know what is ours. */
const toBeRecordedAnew: PropertyDifference = {
  property: "vm",
  kind: "update",
  replaces: false,
  cause: "changed",
  reason: "the recorded state is of another version and can't be read whole; it is recorded anew",
};

/**
 * What the program said last time can't be read: it is taken for what it says now, so that nothing is done again for
 * that alone.
 */
function withDeclaredForUnreadable(kind: AnyKind, record: DecodedRecord, inputs: PropertyMap): object | undefined {
  if (record.state === undefined || record.unreadable.length === 0 || kind.inputsOf !== undefined) return record.state;
  const names = unreadableNames(record);
  const declared = Object.entries(declaredInputs(kind, inputs));
  const taken = declared.filter(([name, value]) => names.has(name) && !holdsUnknown(value));
  return { ...record.state, ...Object.fromEntries(taken) };
}

function tellOf(record: DecodedRecord, request: DiffRequest, { log }: LifecycleContext): void {
  const text = `what is recorded can't be read whole: ${tellUnreadable(record)}. It counts as not recorded. ${mendingRecords}`;
  const { vm } = request.inputs;
  tell(log, "warn", typeof vm === "string" ? vm : "", request.id, text);
}

interface Sight {
  readonly vmName: string;
  /** The machine in which the object was looked for, and what was looked for. */
  readonly vm?: VmIdentity;
  readonly want?: object;
  readonly differences: readonly PropertyDifference[];
}

/** Does a look's work in the time that looks have. */
function looking<T>(
  kind: AnyKind,
  { id, inputs, secretInputs }: DiffRequest,
  context: LifecycleContext,
  work: (op: Operation) => Promise<T>,
): Promise<T | Unseen> {
  const scope = {
    work: workOn(`the diff of this ${kind.token}`, { vm: inputs.vm, id }),
    timeoutSeconds: observationTimeoutSeconds,
    patienceSeconds: observationPatienceSeconds,
    secretInputs,
  };
  return withOperation(context, scope, (op) => unseenWhereUnreachable(() => work(op)));
}

async function observed(
  kind: AnyKind,
  request: DiffRequest,
  recorded: object | undefined,
  context: LifecycleContext,
): Promise<Sight> {
  const sight = await looking(kind, request, context, (op) => lookForDrift(kind, request, recorded, context, op));
  if (!("outcome" in sight)) return sight;
  const vmName = typeof request.inputs.vm === "string" ? request.inputs.vm : "";
  tell(context.log, "warn", vmName, request.id, `${sight.reason} Drift is not known, the record stands.`);
  return { vmName, differences: [] };
}

/** The record's machine, found by what is declared; without `vm` the difference that another makes. VM_ELSEWHERE where another server has it. */
async function findMachine(
  request: DiffRequest,
  recorded: object | undefined,
  connection: Connection,
  op: Operation,
): Promise<Sight> {
  const selector = selectorOf(request.inputs);
  const vm = await findOrUndefined(() => connection.source.findVirtualMachine(selector, op));
  const vmName = vm?.name ?? (typeof selector === "string" ? selector : "");
  const was = recordedInstanceUuid(request.id, recorded);
  if (vm !== undefined && (was === undefined || vm.instanceUuid === was)) return { vmName, vm, differences: [] };
  // Nothing of it is anywhere yet.
  if (was === undefined) return { vmName, differences: [] };
  const madeOn = await recordedMachine(connection, request, op);
  return { vmName, differences: [otherMachine(request, recorded, vm, madeOn)] };
}

async function lookForDrift(
  kind: AnyKind,
  request: DiffRequest,
  recorded: object | undefined,
  context: LifecycleContext,
  op: Operation,
): Promise<Sight | Unseen> {
  const connection = context.connect();
  const { vmName, vm, differences } = await findMachine(request, recorded, connection, op);
  if (vm === undefined) return { vmName, differences };
  const inputs = withRecordedForUnknown(kind, request.inputs, recorded);
  if (inputs === undefined) return { vmName, differences: [] };
  const want = parseInputs(kind, inputs);
  await declareObject(kind, want, vm, context);
  outlookOf(connection.source).expect(vm.instanceUuid, kind.brings?.(want) ?? []);
  const open = () => guestForLook(connection, vm, credentialOf(inputs, connection), op);
  const found = await look(kind, open, { want, have: recorded, op }, context);
  if (found.outcome === "unseen") return found;
  return { vmName, vm, want, differences: driftOf(kind, request, recorded, found.observed) };
}

/** The difference that the machine itself makes: it is gone, or `vm` names another one now, or none. */
function otherMachine(
  request: DiffRequest,
  recorded: object | undefined,
  vm: VmIdentity | undefined,
  madeOn: VmIdentity | undefined,
): PropertyDifference {
  const sameWords = sameValue((recorded as { vm?: unknown } | undefined)?.vm, request.inputs.vm);
  return { property: "vm", kind: "update", replaces: true, cause: sameWords ? "drifted" : "changed", reason: reason() };

  function reason(): string {
    const was = recordedInstanceUuid(request.id, recorded);
    if (vm !== undefined) return `vm is now ${vm.name} (${vm.instanceUuid}), was ${was}`;
    if (madeOn === undefined) return "the virtual machine is gone";
    return `vm names no machine now; it was made on ${madeOn.name} (${madeOn.instanceUuid}), which is still there`;
  }
}

/** Inputs to look with: what is not known yet is as recorded; undefined when there is no record of it. */
function withRecordedForUnknown(
  kind: AnyKind,
  inputs: PropertyMap,
  recorded: object | undefined,
): PropertyMap | undefined {
  const before = recorded === undefined ? {} : recordedInputs(kind, recorded);
  const entries = Object.entries(declaredInputs(kind, inputs)).map(
    ([name, value]) => [name, holdsUnknown(value) ? before[name] : value] as const,
  );
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as PropertyMap);
}

function isRecorded(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A value that has become a secret is recorded anew, so that the record is encrypted. */
function newSecrets(request: DiffRequest): PropertyDifference[] {
  return [...request.secretInputs]
    .filter(
      (name) => isRecorded(request.state[name]) && name in request.inputs && !request.recordedSecretInputs.has(name),
    )
    .map((name) => ({
      property: name,
      kind: "update",
      replaces: false,
      cause: "changed",
      reason: `${name} is a secret now`,
    }));
}
