import { ConvergeIncompleteError, type AnyKind, type Task } from "../resources/resource-kind";
import type { LifecycleContext } from "./scope/context";
import { credentialOf, guestForWork, selectorOf } from "./scope/guest-access";
import { declareObject, objectStands, otherResources } from "./scope/one-record";
import { workOn } from "./scope/subject";
import { timeLimitOf, underTimeLimit, withOperation } from "./scope/operation-scope";
import type { PropertyMap } from "../properties/property-value";
import { currentRegistration } from "./recorded/registration";
import { decodeRecord } from "./recorded/record";
import { encodeState, parseInputs, secretOutputs } from "./recorded/state";

/** What create and update are asked for. */
export interface ConvergeRequest {
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
  /** Id and recorded state of an update; undefined for a create. */
  readonly id?: string;
  readonly state?: PropertyMap;
  /** Pulumi's customTimeouts, where the skin gets them; overrides the resource's own timeoutSeconds. */
  readonly timeoutSeconds?: number;
}

/** An object as it is recorded after work on it. */
export interface Converged {
  readonly id: string;
  /** Plain values, no unknowns; unset properties are null. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Names of the properties in `state` that are secret. */
  readonly secretOutputs: ReadonlySet<string>;
}

/** The object exists, but not as declared: its state is to be recorded, and the next up goes on from it. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    message: string,
    readonly converged: Converged,
    override readonly cause: Error,
  ) {
    super(message, { cause });
  }
}

/** Stands where only the rest of an id is wanted. */
const nowhere = { moid: "", name: "", instanceUuid: "", server: { address: "" } };

/** Hands the task of a create or update to `work`, once VMware Tools are ready, and ends with it. */
export async function withTask<T>(
  kind: AnyKind,
  request: ConvergeRequest,
  context: LifecycleContext,
  work: (task: Task<object, object>) => Promise<T>,
): Promise<T> {
  const { inputs, secretInputs, state } = request;
  const want = underTimeLimit(request.timeoutSeconds, parseInputs(kind, inputs));
  const limit = timeLimitOf(request.timeoutSeconds, want as Readonly<Record<string, unknown>>);
  const id = kind.id(nowhere, want);
  const verb = state === undefined ? "create" : "update";
  const named = workOn(`the ${verb} of this ${kind.token}`, { vm: inputs.vm, id });
  return withOperation(context, { work: named, ...limit, secretInputs }, async (op) => {
    const connection = context.connect();
    const credential = credentialOf(inputs, connection);
    if (kind.preparesMachine?.(want) === "powerOn") await connection.source.powerOn(selectorOf(inputs), op);
    const guest = await guestForWork(connection, selectorOf(inputs), credential, op);
    await declareObject(kind, want, guest.vm, context);
    const have = state && decodeRecord(kind, state, request.id).state;
    return work({ guest, want, have, others: otherResources(kind, { guest, want, have, op }, context), op });
  });
}

/** Does `work`; a failure that the kind rather records than reports becomes the state that it says. */
export async function recordingFailure(
  kind: AnyKind,
  request: ConvergeRequest,
  context: LifecycleContext,
  work: () => Promise<Converged>,
): Promise<Converged> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof PartialFailure || kind.failed === undefined) throw error;
    const { inputs, secretInputs, id, state } = request;
    const want = parseInputs(kind, inputs);
    const have = state === undefined ? undefined : decodeRecord(kind, state, id).state;
    const failed = kind.failed(want, have, error);
    if (failed === undefined) throw error;
    const scope = { work: "", timeoutSeconds: identityTimeoutSeconds, secretInputs };
    const vm = await withOperation(context, scope, (op) =>
      context.connect().source.findVirtualMachine(selectorOf(inputs), op),
    ).catch(() => nowhere);
    const registration = vm === nowhere ? {} : { registration: currentRegistration(have, vm) };
    return {
      id: id ?? kind.id(vm, want),
      state: { ...encodeState(kind, failed, inputs), instanceUuid: vm.instanceUuid, ...registration },
      secretOutputs: secretOutputs(kind, secretInputs),
    };
  }
}

/** Whose machine it is that failed is told quickly, or not at all. */
const identityTimeoutSeconds = 10;

/** The one way to change a guest, for create and update. `kept`: outputs of what is left alone, to be recorded as they were. */
export async function converge(
  kind: AnyKind,
  { inputs, secretInputs }: ConvergeRequest,
  task: Task<object, object>,
  context: LifecycleContext,
  kept: object = {},
): Promise<Converged> {
  const { vm } = task.guest;
  const recorded = (state: object): Converged => ({
    id: kind.id(vm, task.want),
    state: {
      ...encodeState(kind, { ...state, ...kept }, inputs),
      instanceUuid: vm.instanceUuid,
      registration: currentRegistration(task.have, vm),
    },
    secretOutputs: secretOutputs(kind, secretInputs),
  });
  try {
    const state = await kind.converge(task);
    objectStands(kind, task.want, vm, context);
    return recorded(state);
  } catch (error) {
    if (!(error instanceof ConvergeIncompleteError)) throw error;
    objectStands(kind, task.want, vm, context);
    throw new PartialFailure(error.message, recorded((error as ConvergeIncompleteError<object>).state), error.cause);
  }
}
