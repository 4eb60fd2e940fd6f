import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import { computeResourceProperties, datacenterProperties } from "../../vim/compute-resource";
import { Folder } from "../../vim/folder";
import type { PropertyDecoders } from "../../vim/property-collector";
import { SearchIndex } from "../../vim/search-index";
import type { Operation } from "../../operation/operation";
import { given } from "../../values/given";
import type { VCenterConnection } from "../connection";
import { refused } from "./machine-tasks";
import { decodeInventoryName, InventoryNames } from "./names";
import { taskEnded } from "./server-task";

/** A machine that is to be registered: its files are there, the inventory does not know it. */
export interface Registration {
  /** `[datastore] directory/name.vmx` */
  readonly vmxPath: string;
  /** Default: the name in its files. */
  readonly name?: string;
  /** Inventory path, e.g. `/DC0/vm/web`. Default: the folder `vm` of the only datacenter. */
  readonly folder?: string;
  /** Inventory path of a resource pool, e.g. `/DC0/host/cluster/Resources`. Default: that of the only cluster or host. */
  readonly pool?: string;
}

/** Registers a machine and returns its managed object id (docs/reference/protocol.md#power-and-registration). */
export async function register(
  connection: VCenterConnection,
  { vmxPath, name, folder, pool }: Registration,
  op: Operation,
): Promise<string> {
  const call = { signal: op.signal };
  const what = () => `Registering ${vmxPath}`;
  const folderAt = await (folder === undefined ? onlyFolder(connection, call) : at(connection, folder, "Folder", call));
  const poolAt = await (pool === undefined ? onlyPool(connection, call) : at(connection, pool, "ResourcePool", call));
  try {
    const options = { asTemplate: false, pool: poolAt, ...given({ name }) };
    const task = await new Folder(connection.soap, folderAt).registerVMTask(vmxPath, options, call);
    const { result } = await taskEnded(connection, task, what, op);
    if (result !== undefined && result !== "") return result;
  } catch (error) {
    throw refused(what(), error, connection);
  }
  throw new GuestError("PROTOCOL_ERROR", `${what()}: the server does not tell which machine it made.`);
}

async function onlyFolder(connection: VCenterConnection, call: CallOptions): Promise<ManagedObjectReference> {
  const found = await all(connection, "Datacenter", datacenterProperties, call);
  return only(
    found.map(({ name, vmFolder }) => ({ name, reference: vmFolder })),
    { what: "datacenter", flag: "folder, e.g. /<datacenter>/vm" },
  );
}

async function onlyPool(connection: VCenterConnection, call: CallOptions): Promise<ManagedObjectReference> {
  const types = ["ClusterComputeResource", "ComputeResource"] as const;
  const found = await allDone(types.map((type) => all(connection, type, computeResourceProperties, call)));
  const byId = new Map(found.flat().map((one) => [one.resourcePool?.value, one]));
  return only(
    [...byId.values()].map(({ name, resourcePool }) => ({ name, reference: resourcePool })),
    { what: "cluster or host", flag: "pool, e.g. /<datacenter>/host/<cluster>/Resources" },
  );
}

async function all<P extends PropertyDecoders>(
  connection: VCenterConnection,
  type: string,
  properties: P,
  call: CallOptions,
) {
  const references = (await new InventoryNames(connection, type).recent(call)).map(({ reference }) => reference);
  const collector = await connection.propertyCollector(call);
  return (await collector.retrieve(references, properties, call)).map((found) => found.properties);
}

function only(
  found: readonly { readonly name?: string | undefined; readonly reference?: ManagedObjectReference | undefined }[],
  { what, flag }: { readonly what: string; readonly flag: string },
): ManagedObjectReference {
  const [first, ...others] = found;
  if (first?.reference !== undefined && others.length === 0) return first.reference;
  const names = found.map(({ name }) => decodeInventoryName(name ?? "?")).sort();
  const told = names.length === 0 ? `No ${what} can be seen` : `There is more than one ${what} (${names.join(", ")})`;
  throw new GuestError("INVALID_INPUT", `${told}: say where to register by ${flag}.`);
}

async function at(
  connection: VCenterConnection,
  path: string,
  type: string,
  call: CallOptions,
): Promise<ManagedObjectReference> {
  const { searchIndex } = await connection.content(call);
  const index = new SearchIndex(
    connection.soap,
    searchIndex ?? new ManagedObjectReference("SearchIndex", "SearchIndex"),
  );
  const found = await index.findByInventoryPath(path.replace(/^\/+/, ""), call);
  if (found?.type === type) return found;
  const why = found === undefined ? "nothing is there, or it can't be seen" : `it is a ${found.type}`;
  throw new GuestError("INVALID_INPUT", `${path} is no ${type} of the inventory: ${why}.`);
}
