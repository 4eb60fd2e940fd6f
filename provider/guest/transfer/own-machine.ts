import { lookup as lookUp, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { GuestError } from "../../errors/guest-error";

/** Addresses at which this machine or its closest neighbourhood answers, a cloud's metadata service for one. */
const nearby = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const)
  nearby.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 127],
  ["fe80::", 10],
] as const)
  nearby.addSubnet(net, prefix, "ipv6");

/** Whether an address is this machine's own, loopback or link-local; IPv4 within IPv6 counts as the former. */
export function isNearby(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return false;
  if (nearby.check(plain, family === 4 ? "ipv4" : "ipv6")) return true;
  const own = new BlockList();
  for (const one of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
    own.addAddress(one.address, one.family === "IPv4" ? "ipv4" : "ipv6");
  return own.check(plain, family === 4 ? "ipv4" : "ipv6");
}

/** Whether a name or address is, or resolves to, one of this machine; false where it can't be told. */
export async function leadsNearby(host: string): Promise<boolean> {
  const addresses = await new Promise<LookupAddress[]>((resolve) =>
    lookUp(host, { all: true }, (error, found) => resolve(error === null ? found : [])),
  );
  return addresses.some(({ address }) => isNearby(address));
}

/** Resolves a name for a connection, refusing one that leads back to this machine: the very addresses that are connected to. */
export const lookupElsewhere: LookupFunction = (host, options, callback) => {
  const all: LookupOptions & { all: true } = { ...options, all: true };
  lookUp(host, all, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    if (addresses.some(({ address }) => isNearby(address))) return callback(leadsBack(host), "", 0);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? "", first?.family ?? 0);
  });
};

/** What a transfer to `host` ends with where it would lead back to this machine. */
export function leadsBack(host: string): GuestError {
  return new GuestError(
    "PROTOCOL_ERROR",
    `The server named ${host} for a file transfer, which is this machine itself or a link-local address: no contents are sent there. ` +
      "If it is right, as with a tunnel, name it in `transferHosts`, from and to.",
  );
}
