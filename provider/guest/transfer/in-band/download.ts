import { Readable } from "node:stream";
import { GuestError, hasCode } from "../../../errors/guest-error";
import { type DirectoryEntry, listEntries } from "../../calls/list-entries";
import type { GuestCalls } from "../../calls/guest-calls";
import { makePrivateDirectory } from "../../calls/private-directory";
import { runInBand } from "./program";
import { nameBytes, publishPieceScript } from "./scripts";
import type { IncomingFile } from "../../guest";
import type { Operation } from "../../../operation/operation";
import { reasonOf } from "../../calls/request-outcome";
import { posixRoomPath } from "../../paths/temporary-places";
import { cleanupOperation } from "../../../operation/deadline";

/** As many names as one page of a listing holds, beside `.`, `..` and the last. */
const namesPerPiece = 990;
const pieceBytes = namesPerPiece * nameBytes;
/** Of so few names all are listed at each look; of more only the last, until it is there. */
const fewNames = 50;

/**
 * Reads a regular file through vCenter alone: a small program publishes pieces of about 170 KB as names of empty files
 * in a private directory, listings fetch them. 5 requests and looks for a small file. POSIX guests only.
 */
export async function downloadInBand(calls: GuestCalls, path: string, op: Operation): Promise<IncomingFile> {
  const { files } = await calls.listFilesInGuest(path, { maxResults: 1 }, op);
  const [file] = files;
  const where = `${calls.vm.name} ${path}`;
  if (file === undefined) throw new GuestError("GUEST_PERMISSION_DENIED", `${where}: the guest user may not read it.`);
  if (file.type !== "file") throw new GuestError("NOT_A_FILE", `${where}: is a ${file.type}, not a file.`);
  const reading = new InBandReading(calls, path, file.size, op);
  const body = Readable.from(reading.pieces(), { objectMode: false });
  return { sizeBytes: file.size, body };
}

/** One file on its way, and the directory in which its pieces are published. */
class InBandReading {
  // Named as the rooms of runs: what a crash leaves behind is removed with them
  // (docs/decisions/programs-through-a-wrapper.md).
  readonly #room = posixRoomPath();
  readonly #calls: GuestCalls;
  readonly #path: string;
  readonly #sizeBytes: number;
  readonly #op: Operation;

  constructor(calls: GuestCalls, path: string, sizeBytes: number, op: Operation) {
    this.#calls = calls;
    this.#path = path;
    this.#sizeBytes = sizeBytes;
    this.#op = op;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    if (this.#sizeBytes === 0) return;
    try {
      await makePrivateDirectory(this.#calls, this.#room, this.#op);
      for (let number = 0; number * pieceBytes < this.#sizeBytes; number += 1) yield await this.#piece(number);
    } finally {
      await this.#removeRoom();
    }
  }

  async #piece(number: number): Promise<Buffer> {
    const wantBytes = Math.min(pieceBytes, this.#sizeBytes - number * pieceBytes);
    const directory = `${this.#room}/${number}`;
    const isSmall = wantBytes <= fewNames * nameBytes;
    const parameters = [this.#room, this.#path, String(number), String(pieceBytes)];
    const look = async () => {
      if (!isSmall && pieceOf(await this.#list(directory, "^end\\."))?.names === undefined) return undefined;
      return pieceOf(await this.#list(directory, undefined))?.bytes;
    };
    const step = { path: this.#path, script: publishPieceScript, parameters };
    const bytes = await runInBand(this.#calls, step, look, this.#op);
    if (bytes.length === wantBytes) return bytes;
    const text = `changed while it was read: ${bytes.length} bytes where ${wantBytes} were expected`;
    throw new GuestError("TRANSFER_FAILED", `${this.#calls.vm.name} ${this.#path}: ${text}.`, { retryable: true });
  }

  async #list(directory: string, pattern: string | undefined): Promise<DirectoryEntry[]> {
    try {
      return await listEntries(this.#calls, directory, pattern, this.#op);
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND")) return [];
      throw error;
    }
  }

  async #removeRoom(): Promise<void> {
    const cleanup = cleanupOperation(this.#op);
    try {
      await this.#calls.deleteDirectoryInGuest(this.#room, true, cleanup);
    } catch (error) {
      if (hasCode(error, "PATH_NOT_FOUND")) return;
      this.#op.log.warn(`${this.#calls.vm.name} ${this.#room}: this directory may be left behind: ${reasonOf(error)}`);
    }
  }
}

/** What the names tell; undefined before the last one is there, `bytes` undefined while others are missing. */
function pieceOf(entries: readonly DirectoryEntry[]): { readonly names: number; readonly bytes?: Buffer } | undefined {
  const parts = new Map<number, string>();
  let names: number | undefined;
  for (const { name } of entries) {
    const told = /^(end|\d{1,6})\.([A-Za-z0-9_=-]+)$/.exec(name);
    if (told?.[1] === "end") names = Number(told[2]);
    else if (told !== null) parts.set(Number(told[1]), told[2] ?? "");
  }
  if (names === undefined) return undefined;
  const ordered = Array.from({ length: names }, (_, number) => parts.get(number));
  if (ordered.includes(undefined)) return { names };
  // Each name is a text of its own: base64 of a part may end with padding.
  return { names, bytes: Buffer.concat(ordered.map((text) => Buffer.from(text ?? "", "base64url"))) };
}
