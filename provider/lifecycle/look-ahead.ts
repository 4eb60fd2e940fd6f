import { GuestError, hasCode, type GuestErrorCode } from "../errors/guest-error";
import { type Guest, nameOfLogin } from "../guest/guest";
import type { Operation } from "../operation/operation";
import { holdsUnknown, type PropertyMap } from "../properties/property-value";
import { validate } from "../properties/validation";
import type { AnyKind, Prospect } from "../resources/resource-kind";
import { declaredInputs } from "./recorded/state";
import type { Connection, LifecycleContext } from "./scope/context";
import { credentialOf, guestForLook, selectorOf } from "./scope/guest-access";
import { tell } from "./scope/observe";
import { workOn } from "./scope/subject";
import { declareObject, otherResources } from "./scope/one-record";
import { observationPatienceSeconds, observationTimeoutSeconds, withOperation } from "./scope/operation-scope";
import { type Outlook, outlookOf } from "./scope/outlook";

export interface LookAheadRequest {
  /** What the program declares, with unknowns. */
  readonly inputs: PropertyMap;
  readonly secretInputs: ReadonlySet<string>;
}

/** Failures that are the server's as a whole, whichever resource meets them first. */
const ofServer: readonly GuestErrorCode[] = [
  "VCENTER_LOGIN_FAILED",
  "VCENTER_UNREACHABLE",
  "SESSION_EXPIRED",
  "PROTOCOL_ERROR",
];

/** Failures of the search for a machine that are not the server's. */
const ofSearch: readonly GuestErrorCode[] = ["VM_NOT_FOUND", "VM_AMBIGUOUS", "INVALID_INPUT"];

/** What was told without a connection: there is no server then to remember it of. */
const toldWithoutConnection = new Set<string>();

/**
 * Looks, for a preview, at what a create would meet, and tells it: what is there and would be changed, what would make it
 * fail. All of it is for people: another resource of the program may bring about what is missing now. What holds for a
 * whole server or machine is told once. Nothing is looked at where the machine is not known yet.
 */
export async function lookAhead(kind: AnyKind, request: LookAheadRequest, context: LifecycleContext): Promise<void> {
  const known = knownPart(kind, request.inputs);
  if (known === undefined) return;
  const connection = connectionOrWarning(context);
  if (connection === undefined) return;
  const scope = {
    work: workOn(`the look ahead of this ${kind.token}`, { vm: request.inputs.vm }),
    timeoutSeconds: observationTimeoutSeconds,
    patienceSeconds: observationPatienceSeconds,
    secretInputs: request.secretInputs,
  };
  await withOperation(context, scope, (op) =>
    lookWithin(kind, known, { connection, outlook: outlookOf(connection.source), context, op }),
  );
}

/** The whole that a server is. */
const theServer = "";

interface Known {
  readonly inputs: PropertyMap;
  /** Parsed. */
  readonly want: object;
  readonly unknown: ReadonlySet<string>;
}

/** What is declared, as far as it is known; undefined where that is too little to look by. */
function knownPart(kind: AnyKind, declared: PropertyMap): Known | undefined {
  const entries = Object.entries(declaredInputs(kind, declared));
  const unknown = new Set(entries.filter(([, value]) => holdsUnknown(value)).map(([name]) => name));
  if (unknown.has("vm") || unknown.has("guest")) return undefined;
  const inputs = Object.fromEntries(entries.filter(([name]) => !unknown.has(name)));
  const validated = validate(kind.inputs, inputs);
  return validated.ok ? { inputs, want: validated.value as object, unknown } : undefined;
}

function connectionOrWarning(context: LifecycleContext): Connection | undefined {
  try {
    return context.connect();
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    if (!toldWithoutConnection.has(error.message)) context.log.warn(`${error.message} ${unseen}`);
    toldWithoutConnection.add(error.message);
    return undefined;
  }
}

const unseen = "What this program is to make there was not looked at.";
const unseenInMachine = "What this program is to make in it was not looked at; as things are now, making it may fail.";

interface Surroundings {
  readonly connection: Connection;
  readonly outlook: Outlook;
  readonly context: LifecycleContext;
  readonly op: Operation;
}

async function lookWithin(kind: AnyKind, known: Known, surroundings: Surroundings): Promise<void> {
  const { connection, outlook, context, op } = surroundings;
  const attempt = <T>(whole: string, work: () => Promise<T>) => orWarning(outlook, op.log, { whole, isOfServer }, work);
  const selector = selectorOf(known.inputs);
  const search = {
    whole: `machine ${JSON.stringify(selector)}`,
    isOfServer: (error: GuestError) => !ofSearch.includes(error.code),
  };
  const vm = await orWarning(outlook, op.log, search, () => connection.source.findVirtualMachine(selector, op));
  if (vm === undefined) return;
  await declareObject(kind, known.want, vm, context);
  const credential = await attempt("login", async () => credentialOf(known.inputs, connection));
  if (credential !== undefined) {
    const prospects = await attempt(`login ${vm.moid} ${nameOfLogin(credential)}`, async () =>
      prospectsIn(await guestForLook(connection, vm, credential, op), kind, known, surroundings),
    );
    for (const prospect of prospects ?? []) say(op.log, vm.name, kind.id(vm, known.want), prospect);
  }
  outlook.expect(vm.instanceUuid, kind.brings?.(known.want) ?? []);
}

async function prospectsIn(
  guest: Guest,
  kind: AnyKind,
  { want, unknown }: Known,
  { outlook, context, op }: Surroundings,
): Promise<readonly Prospect[]> {
  const others = otherResources(kind, { guest, want, have: undefined, op }, context);
  // What the stack has on record gives way to what is made in its place: nothing of the user's is there.
  if (others.former !== undefined) return [];
  const isComing = (path: string) => outlook.isComing(guest.vm.instanceUuid, path);
  return kind.lookAhead({
    guest,
    others: { ...others, former: undefined },
    want,
    have: undefined,
    unknown,
    isComing,
    op,
  });
}

/** The first failure tells for the whole that it holds for; after it, nothing of that whole is tried. */
async function orWarning<T>(
  outlook: Outlook,
  log: LifecycleContext["log"],
  { whole, isOfServer }: { readonly whole: string; readonly isOfServer: (error: GuestError) => boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (outlook.isClosed(theServer) || outlook.isClosed(whole)) return undefined;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GuestError) || hasCode(error, "CANCELLED")) throw error;
    const isServer = isOfServer(error);
    const isNews = outlook.close(isServer ? theServer : whole);
    if (isNews) log.warn(`${error.message} ${isServer ? unseen : unseenInMachine}`);
    return undefined;
  }
}

function isOfServer(error: GuestError): boolean {
  return ofServer.some((code) => hasCode(error, code));
}

const endings: Readonly<Record<Prospect["outcome"], string>> = {
  kept: "",
  changed: "",
  open: "",
  failing: " As things are now, making it fails.",
};

function say(log: LifecycleContext["log"], vmName: string, id: string, { outcome, text }: Prospect): void {
  tell(log, outcome === "kept" ? "info" : "warn", vmName, id, text + endings[outcome]);
}
