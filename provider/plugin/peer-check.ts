import { readFileSync } from "node:fs";
import { endianness } from "node:os";

/** Of Linux: all TCP sockets of this network, each with the number of the user whose it is (proc(5)). */
const socketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

const [established, listening] = ["01", "0A"];

/** 127.0.0.1 as the tables write it, of an IPv4 socket and of an IPv6 one that speaks with IPv4. */
const loopbacks =
  endianness() === "LE"
    ? ["0100007F", "0000000000000000FFFF00000100007F"]
    : ["7F000001", "00000000000000000000FFFF7F000001"];

/** Both ends of a connection to the plugin's port: ports of 127.0.0.1. */
export interface Ends {
  readonly peerPort: number;
  readonly ownPort: number;
}

/**
 * The number of the user who speaks, where that is neither root nor the plugin's own: the port stands open to all users of the
 * machine, and the engine has no word to prove itself by. On Linux the kernel tells whose the other end of a connection is;
 * elsewhere nobody does, and all are let in (docs/security.md). To be asked when a connection comes, before a byte of it
 * is read: the port of one that is over can be another user's next.
 */
export function stranger(ends: Ends): number | "unknown" | undefined {
  const own = process.geteuid?.();
  if (own === undefined) return undefined;
  const look = () => ownerOf(socketTables.map(textOf).join("\n"), ends);
  const first = look();
  // The kernel writes the table bit by bit: what changes meanwhile may hide a line from one look.
  const owner = first === "unknown" ? look() : first;
  return owner === own || owner === 0 ? undefined : owner;
}

/**
 * The number of the user of the connection's other end; "unknown" where that is closed already, since then the table names root;
 * undefined where the table does not tell of this network, since it lacks the plugin's own port.
 */
export function ownerOf(table: string, { peerPort, ownPort }: Ends): number | "unknown" | undefined {
  const sockets = table.split("\n").map((line) => line.trim().split(/\s+/));
  const [peer, own] = [addressesOf(peerPort), addressesOf(ownPort)];
  const socket = sockets.find(
    ([, local = "", remote = "", state]) => peer.includes(local) && own.includes(remote) && state === established,
  );
  if (socket !== undefined) return Number(socket[7]);
  return sockets.some(([, local = "", , state]) => own.includes(local) && state === listening) ? "unknown" : undefined;
}

function addressesOf(port: number): string[] {
  return loopbacks.map((address) => `${address}:${port.toString(16).toUpperCase().padStart(4, "0")}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
