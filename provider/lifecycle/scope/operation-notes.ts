import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { PrivateFile } from "../../vcenter/private-file";

/** Notes of an operation that was killed may lie about when another engine gets its address. */
const longestOperationMs = 24 * 3_600_000;

/** A million notes: what is larger is none of ours. */
const longestNotesBytes = 256 * 1024 * 1024;

const noteSchema = z.object({ pid: z.number(), writtenMs: z.number(), object: z.string(), owner: z.string() });

/**
 * What the provider's processes of one operation tell each other: the engine runs one for each provider resource, so that
 * an object may be made by one process and its old record deleted by another (a provider that was renamed). One private file
 * by the engine's address, in Pulumi's own directory. It holds hashes and URNs. Where it can't be written, each process
 * knows of itself alone.
 */
export class OperationNotes {
  readonly #file: PrivateFile | undefined;

  /** `engineAddress`: as the engine gives it on the command line. */
  constructor(engineAddress: string | undefined) {
    const name = engineAddress === undefined ? undefined : hashOf(engineAddress);
    this.#file = name === undefined ? undefined : new PrivateFile(join(directory(), name), "Remove it.");
  }

  /** Notes that the resource has made or changed the object. */
  add(object: string, owner: string): void {
    if (this.#file === undefined) return;
    const note = { pid: process.pid, writtenMs: Date.now(), object: hashOf(object), owner };
    try {
      this.#file.append(`${JSON.stringify(note)}\n`);
    } catch {
      // A home that can't be written to, or that others can.
    }
  }

  /** URN of the resource whose object it is by another process's notes. */
  ownerOf(object: string): string | undefined {
    const wanted = hashOf(object);
    return this.#others().findLast((note) => note.object === wanted)?.owner;
  }

  /** At the end of the process, which the engine brings about at the end of the operation. */
  remove(): void {
    this.#file?.remove();
  }

  #others(): readonly z.infer<typeof noteSchema>[] {
    if (this.#file === undefined) return [];
    try {
      const lines = (this.#file.read(longestNotesBytes) ?? "").split("\n").filter(Boolean);
      return lines
        .flatMap((line) => noteSchema.safeParse(JSON.parse(line)).data ?? [])
        .filter(({ pid, writtenMs }) => pid !== process.pid && Date.now() - writtenMs < longestOperationMs);
    } catch {
      return [];
    }
  }
}

function directory(): string {
  return join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "vsphere-guest", "operations");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
