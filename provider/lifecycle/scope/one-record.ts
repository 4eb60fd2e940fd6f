import { realDirectory } from "../../guest/files/real-directory";
import type { Guest } from "../../guest/guest";
import { pathKey } from "../../guest/paths/normal-path";
import { baseName, isRoot, joinPath, parentOf } from "../../guest/paths/path";
import type { Operation } from "../../operation/operation";
import type { AnyKind, GuestWork, OtherResources, Place } from "../../resources/resource-kind";
import type { VmIdentity } from "../../vcenter/machine";
import type { LifecycleContext } from "./context";
import { recordedInstanceUuid } from "./guest-access";
import { labelOf } from "./subject";
import { type DeletedRecord, type MachineObjects } from "./guest-objects";

/** Says what the resource declares in that machine. Rejects with INVALID_INPUT where another resource declares the same. */
export async function declareObject(
  kind: AnyKind,
  want: object,
  vm: VmIdentity,
  { objects, urn, signal }: LifecycleContext,
): Promise<void> {
  const place = kind.place?.(want);
  if (place === undefined || urn === undefined) return;
  await objects.of(vm.instanceUuid).declare(place, urn, vm.name, signal);
}

/** The object is as declared now; `record` where a look found it so. */
export function objectStands(
  kind: AnyKind,
  want: object,
  vm: VmIdentity,
  { objects, urn }: LifecycleContext,
  record?: object,
): void {
  const place = kind.place?.(want);
  if (place !== undefined && urn !== undefined) objects.of(vm.instanceUuid).stand(place, urn, record);
}

/**
 * Keeps a record that the engine has shown, for another resource that takes its object over; `inputs` are those recorded.
 * Talks to no one.
 */
export function rememberRecord(
  kind: AnyKind,
  record: { readonly id: string; readonly state: object; readonly inputs: object },
  { objects }: LifecycleContext,
): void {
  const uuid = recordedInstanceUuid(record.id, record.state);
  const place = kind.place?.(record.inputs);
  if (uuid !== undefined && place !== undefined) objects.of(uuid).remember(keyFor(kind, place), record.state);
}

/** What the work on an object has to know of the other resources; without `want` it is taken away. */
export function otherResources(
  kind: AnyKind,
  {
    guest,
    want,
    have,
    op,
  }: { readonly guest: Guest; readonly want?: object; readonly have: object | undefined; readonly op: Operation },
  { objects, urn }: LifecycleContext,
): OtherResources<object> {
  const machine = objects.of(guest.vm.instanceUuid);
  const place = want === undefined || have !== undefined ? undefined : kind.place?.(want);
  return {
    heldBy: (key) => holderOf(machine, { guest, op }, key, { urn, state: have }),
    former: place === undefined ? undefined : machine.takeOver(keyFor(kind, place)),
    isTakenOver: want === undefined && have !== undefined && machine.isTakenOver(have),
    records: machine.records,
  };
}

/** Paths that lead to the same object through a directory's link are the same. */
async function holderOf(
  machine: MachineObjects,
  work: GuestWork,
  key: string,
  deleted: DeletedRecord,
): Promise<string | undefined> {
  const { signal } = work.op;
  const urn =
    (await machine.holderOf(pathOrKey(key), deleted, signal)) ?? (await holderByRealPath(machine, work, key, deleted));
  return urn === undefined ? undefined : labelOf(urn);
}

async function holderByRealPath(
  machine: MachineObjects,
  { guest, op }: GuestWork,
  path: string,
  deleted: DeletedRecord,
): Promise<string | undefined> {
  const name = baseName(pathOrKey(path), guest.family);
  const namesakes = machine.standingKeys.filter((key) => key !== path && baseName(key, guest.family) === name);
  if (!isPath(path) || isRoot(path) || namesakes.length === 0) return undefined;
  const realKey = async (one: string) =>
    pathKey(joinPath(await realDirectory(guest, parentOf(one, guest.family), op), name, guest.family));
  const real = await realKey(path);
  for (const key of namesakes) {
    if ((await realKey(key)) === real) return machine.holderOf(key, deleted, op.signal);
  }
  return undefined;
}

function keyFor(kind: AnyKind, { key }: Place): string {
  return `${kind.token} ${key}`;
}

function pathOrKey(key: string): string {
  return isPath(key) ? pathKey(key) : key;
}

function isPath(key: string): boolean {
  return /^(\/|[A-Za-z]:)/.test(key);
}
