import type { ServerIdentity } from "../../vcenter/machine";

/** Where a machine stood in an inventory when an object in it was recorded. */
export interface Registration {
  readonly moid: string;
  readonly server: ServerIdentity;
}

/** As it is recorded, in one short text: `vm-42@vcenter.example.com:443/<UUID of the server>`. */
function encodeRegistration({ moid, server: { address, uuid } }: Registration): string {
  return `${moid}@${address}${uuid === undefined ? "" : `/${uuid}`}`;
}

/** The registration in a state; undefined where an earlier version recorded it, or for an import. */
export function recordedRegistration(state: object | undefined): Registration | undefined {
  const text = (state as { readonly registration?: unknown } | undefined)?.registration;
  const match = typeof text === "string" ? /^([^@]+)@([^/]+)(?:\/(.+))?$/.exec(text) : null;
  if (match === null) return undefined;
  const [, moid = "", address = "", uuid] = match;
  return { moid, server: { address, ...(uuid === undefined ? {} : { uuid }) } };
}

/** The registration to record: as it was while it is the same one, whatever the server is called now. */
export function currentRegistration(state: object | undefined, vm: Registration): string {
  const was = recordedRegistration(state);
  return encodeRegistration(was?.moid === vm.moid && isSameServer(was.server, vm.server) ? was : vm);
}

/** Servers are the same by their UUID, whatever they are called; by their address where one of them tells no UUID. */
export function isSameServer(one: ServerIdentity, other: ServerIdentity): boolean {
  if (one.uuid !== undefined && other.uuid !== undefined) return one.uuid === other.uuid;
  return one.address === other.address;
}

/** For people: `vcenter.example.com:443 (8b9f…)`. */
export function describeServer({ address, uuid }: ServerIdentity): string {
  return uuid === undefined ? address : `${address} (${uuid})`;
}
