import { readFile } from "node:fs/promises";
import * as grpc from "@grpc/grpc-js";
import { RpcRefusal } from "./rpc-status";

/** Of Linux: all TCP sockets of this network, each with the number of the user whose it is (proc(5)). */
const socketTable = "/proc/net/tcp";

/**
 * Whether a caller of the plugin's port may speak with it: the port stands open to all users of the machine, and the engine has
 * no word to prove itself by. On Linux the kernel tells whose the other end of a connection is; elsewhere, and where it is
 * not in the table, nobody does, and all are let in (docs/security.md).
 */
export class PeerCheck {
  readonly #known = new Map<string, Promise<boolean>>();

  /** Rejects with PERMISSION_DENIED who is neither root nor the plugin's own user. One look for each connection. */
  async require(peer: string): Promise<void> {
    const known = this.#known.get(peer) ?? isOurs(peer);
    this.#known.set(peer, known);
    if (await known) return;
    throw new RpcRefusal(
      grpc.status.PERMISSION_DENIED,
      "This port serves the Pulumi engine of the user who deploys; you are another user of this machine.",
    );
  }
}

async function isOurs(peer: string): Promise<boolean> {
  const own = process.getuid?.();
  const port = /^127\.0\.0\.1:(\d+)$/.exec(peer)?.[1];
  if (own === undefined || port === undefined) return true;
  const table = await readFile(socketTable, "latin1").catch(() => "");
  const uid = ownerOf(table, Number(port));
  return uid === undefined || uid === own || uid === 0;
}

/** Number of the user of the socket at this port of 127.0.0.1; undefined when it is not in the table. */
export function ownerOf(table: string, port: number): number | undefined {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const row = table.split("\n").find((line) => line.trim().split(/\s+/)[1] === local);
  const uid = row?.trim().split(/\s+/)[7];
  return uid === undefined ? undefined : Number(uid);
}
