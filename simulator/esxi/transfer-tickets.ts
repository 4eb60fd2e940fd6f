import { randomUUID } from "node:crypto";
import type { AgentFileAttributes, GuestCredential } from "../guest/guest-agent";
import type { Machine } from "../machine/machine";

/** The right to move one file's bytes once, handed out as a URL. */
export interface TransferTicket {
  readonly id: number;
  readonly token: string;
  readonly machine: Machine;
  readonly hostPort: number;
  readonly direction: "PUT" | "GET";
  readonly auth: GuestCredential;
  readonly path: string;
  readonly attributes: AgentFileAttributes;
  /** Bytes announced for an upload. */
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
  /** Set while its bytes flow: cuts the connection. */
  abort: (() => void) | undefined;
}

/**
 * Tickets that are still good: single use, expiring, dying with power changes and vMotion
 * (docs/reference/guest-operations.md#transfers).
 */
export class TransferTickets {
  readonly #tickets = new Map<number, TransferTicket>();
  #lastId = 0;

  constructor(public expirySeconds: number) {}

  issue(
    machine: Machine,
    file: Pick<TransferTicket, "direction" | "auth" | "path" | "attributes" | "sizeBytes">,
  ): TransferTicket {
    this.#sweep();
    const ticket: TransferTicket = {
      ...file,
      id: ++this.#lastId,
      token: randomUUID(),
      machine,
      hostPort: machine.host.port,
      expiresAtMs: Date.now() + this.expirySeconds * 1000,
      abort: undefined,
    };
    this.#tickets.set(ticket.id, ticket);
    return ticket;
  }

  /** The ticket that a request names, if it is good, for this direction, and not in use. */
  find(id: number, token: string, direction: string): TransferTicket | undefined {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined || ticket.token !== token || ticket.direction !== direction) return undefined;
    if (ticket.expiresAtMs < Date.now() || ticket.abort !== undefined) return undefined;
    return ticket;
  }

  retire(ticket: TransferTicket): void {
    this.#tickets.delete(ticket.id);
  }

  /** Kills a machine's tickets and cuts transfers under way. */
  killOf(machine: Machine): void {
    this.#kill((ticket) => ticket.machine === machine);
  }

  killAll(): void {
    this.#kill(() => true);
  }

  #kill(concerned: (ticket: TransferTicket) => boolean): void {
    for (const ticket of this.#tickets.values()) {
      if (!concerned(ticket)) continue;
      this.retire(ticket);
      ticket.abort?.();
    }
  }

  #sweep(): void {
    const now = Date.now();
    for (const ticket of this.#tickets.values()) {
      if (ticket.expiresAtMs < now && ticket.abort === undefined) this.retire(ticket);
    }
  }
}
