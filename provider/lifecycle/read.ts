import type { AnyKind } from "../resources/resource-kind";
import type { Operation } from "../operation/operation";
import { GuestError } from "../errors/guest-error";
import { isSameInOtherWords } from "./recorded/declared-differences";
import { isOperational, namesWhere, propertiesOf } from "../vocabulary/property-meta";
import type { VmIdentity } from "../vcenter/machine";
import type { Connection, LifecycleContext } from "./scope/context";
import { guestForLook } from "./scope/guest-access";
import { recordedMachine } from "./recorded/machine";
import { look, tell, unseenWhereUnreachable, type Unseen } from "./scope/observe";
import { subjectOf, workOn } from "./scope/subject";
import { observationPatienceSeconds, observationTimeoutSeconds, withOperation } from "./scope/operation-scope";
import { withoutInternal, type PropertyMap } from "../properties/property-value";
import { underRecordedLogin } from "./recorded/login";
import { importedState, secretUntilDeclared } from "./recorded/imported";
import { decodeRecord, mendingRecords, tellUnreadable } from "./recorded/record";
import { currentRegistration } from "./recorded/registration";
import { declaredInputs, encodeState, recordedInputs, secretOutputs, withUnset } from "./recorded/state";

export interface ReadRequest {
  readonly id: string;
  /** Recorded state; empty for an import or `.get`. */
  readonly state: PropertyMap;
  /** Recorded inputs, where the skin gets them. */
  readonly inputs?: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
}

export interface ReadResponse {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
  /** The declared inputs as the guest has them: what a program would have to say for no difference. */
  readonly inputs: PropertyMap;
  readonly secretOutputs: ReadonlySet<string>;
}

/** The object as it is now, or undefined when it, or its machine, is gone. From the id alone for an import. */
export async function read(
  kind: AnyKind,
  request: ReadRequest,
  context: LifecycleContext,
): Promise<ReadResponse | undefined> {
  const { id, secretInputs } = request;
  const scope = {
    work: workOn(`the read of this ${kind.token}`, { vm: request.state.vm, id }),
    timeoutSeconds: observationTimeoutSeconds,
    patienceSeconds: observationPatienceSeconds,
    secretInputs,
  };
  return withOperation(context, scope, (op) => readWithin(kind, request, context, op));
}

async function readWithin(
  kind: AnyKind,
  request: ReadRequest,
  context: LifecycleContext,
  op: Operation,
): Promise<ReadResponse | undefined> {
  const record = decodeRecord(kind, request.state, request.id);
  const { state } = record;
  // An import, or `.get`, has no record.
  const isRecorded = Object.keys(withoutInternal(request.state)).length > 0;
  if (isRecorded && record.unreadable.length > 0) {
    return unseen(
      kind,
      request,
      `What is recorded can't be read: ${tellUnreadable(record)}. ${mendingRecords}`,
      "",
      context,
    );
  }
  const connection = context.connect();
  const vm = await machineOf(request, connection, op);
  if (vm === undefined) return dropped(request, "", "the virtual machine is gone", context);
  if ("outcome" in vm) return unseen(kind, request, vm.reason, "", context);
  const declared = declaredOf(kind, request, state, vm.name);
  const resource = { subject: subjectOf(vm.name, request.id), inputs: declared };
  const found = await underRecordedLogin(resource, connection, context.log, (credential) =>
    look(kind, () => guestForLook(connection, vm, credential, op), { want: declared, have: state, op }, context),
  );
  if (found.outcome === "unseen") return unseen(kind, request, found.reason, vm.name, context);
  if (!found.observed.exists) return dropped(request, vm.name, "it is no longer there", context);
  const registration = currentRegistration(request.state, vm);
  const imported = importedState(kind, isRecorded, state);
  return response(kind, request, declared, { ...found.observed.state, registration, ...imported });
}

/** The machine of the record; unseen where this login may not see it, or where it or its server can't be asked. */
async function machineOf(
  { id, state }: ReadRequest,
  connection: Connection,
  op: Operation,
): Promise<VmIdentity | Unseen | undefined> {
  try {
    return await unseenWhereUnreachable(() => recordedMachine(connection, { id, state }, op));
  } catch (error) {
    if (!(error instanceof GuestError) || error.code !== "VCENTER_PERMISSION_DENIED") throw error;
    return { outcome: "unseen", reason: error.message };
  }
}

/** A record that goes is named; an import or `.get` that finds nothing is told by the engine. */
function dropped({ id, state }: ReadRequest, vmName: string, why: string, { log }: LifecycleContext): undefined {
  if (Object.keys(withoutInternal(state)).length > 0) tell(log, "warn", vmName, id, `${why}: it leaves the record.`);
}

/** What is looked for: recorded inputs, else (import) what the id says. Defaults are applied by the kinds themselves. */
function declaredOf(kind: AnyKind, request: ReadRequest, state: object | undefined, vmName: string): PropertyMap {
  const recorded = state === undefined ? {} : (recordedInputs(kind, state) as PropertyMap);
  const given = declaredInputs(kind, request.inputs ?? {});
  return { vm: vmName, ...(kind.parseId(request.id) as PropertyMap), ...recorded, ...given };
}

function response(kind: AnyKind, request: ReadRequest, declared: PropertyMap, observed: object): ReadResponse {
  const seen = recordedInputs(kind, observed) as PropertyMap;
  const inputs = Object.fromEntries(
    Object.entries({ ...declared, ...seen, vm: declared.vm }).filter(
      ([name, value]) => name in declared && value !== undefined,
    ),
  ) as PropertyMap;
  // Another word for the same machine, or another notation of a path, is no news.
  const recordedWords = { ...sameObjectWords(kind, request.state, inputs), vm: request.state.vm ?? declared.vm ?? "" };
  const state = encodeState(kind, observed, { ...inputs, ...recordedWords });
  return {
    id: request.id,
    state: { ...state, ...recordedOperational(kind, request.state) },
    inputs,
    secretOutputs: new Set([...secretOutputs(kind, request.secretInputs), ...secretUntilDeclared(kind, observed)]),
  };
}

function sameObjectWords(kind: AnyKind, recorded: PropertyMap, inputs: PropertyMap): PropertyMap {
  const schemas = propertiesOf(kind.inputs);
  return Object.fromEntries(
    Object.entries(recorded).filter(([name, value]) => {
      const schema = schemas[name];
      return schema !== undefined && isSameInOtherWords(schema, value, inputs[name]);
    }),
  );
}

/** Login, timeouts and the like as the state has them: that the program says otherwise since is no news of the guest's. */
function recordedOperational(kind: AnyKind, recorded: PropertyMap): Readonly<Record<string, unknown>> {
  if (Object.keys(withoutInternal(recorded)).length === 0) return {};
  return Object.fromEntries(namesWhere(kind.inputs, isOperational).map((name) => [name, recorded[name] ?? null]));
}

function unseen(
  kind: AnyKind,
  request: ReadRequest,
  reason: string,
  vmName: string,
  context: LifecycleContext,
): ReadResponse {
  const state = withoutInternal(request.state);
  if (Object.keys(state).length === 0) throw new GuestError("VM_NOT_READY", `${request.id} can't be read: ${reason}`);
  tell(context.log, "warn", vmName, request.id, `${reason} What is recorded is kept.`);
  const recorded = decodeRecord(kind, state, request.id).state ?? {};
  const inputs = request.inputs ?? (recordedInputs(kind, recorded) as PropertyMap);
  return {
    id: request.id,
    state: withUnset(kind, state),
    inputs,
    secretOutputs: secretOutputs(kind, request.secretInputs),
  };
}
