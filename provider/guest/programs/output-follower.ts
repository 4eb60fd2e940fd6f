import { hasCode } from "../../errors/guest-error";
import { joinPath } from "../paths/path";
import type { ProgramOutput, ProgramSpec } from "../guest";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";
import { reasonOf } from "../calls/request-outcome";
import { given } from "../../values/given";
import type { PublishedOutput, RunReport } from "./rooms/report";
import type { RunPlace } from "./rooms/rooms";

/** Who hears what a program writes, as it comes: each byte once, those of a stream in their order. */
export type OutputListener = NonNullable<ProgramSpec["onOutput"]>;

const attempts = 3;
/** What is over by then tells its output with its end, without a transfer. */
const shortRunMs = 400;

type Stream = "out" | "err";
const streams = ["out", "err"] as const;
const names = { out: "stdout", err: "stderr" } as const;

/**
 * Passes on a run's output while the run goes on. Looks at the room tell how long the files are; where one has grown it
 * is fetched, one request and a transfer each time, and its new part is passed on. What small outputs have at the end is
 * in the report already.
 */
export class OutputFollower {
  readonly #followsFromMs = Date.now() + shortRunMs;
  readonly #passedBytes = { out: 0, err: 0 };
  /** The first bytes of each stream, as many as the run keeps. */
  readonly #kept: Record<Stream, Buffer[]> = { out: [], err: [] };
  readonly #keptBytes = { out: 0, err: 0 };
  readonly #fetching: Partial<Record<Stream, Promise<void>>> = {};
  readonly #transfers: Transfers;
  readonly #place: RunPlace;
  readonly #nameOf: (stream: Stream) => string;
  readonly #listener: OutputListener;
  readonly #spec: Pick<ProgramSpec, "transfer" | "outputLimitBytes">;

  /** `nameOf`: the name within the room of the file that holds a stream. */
  constructor(
    transfers: Transfers,
    place: RunPlace,
    nameOf: (stream: Stream) => string,
    listener: OutputListener,
    spec: Pick<ProgramSpec, "transfer" | "outputLimitBytes">,
  ) {
    this.#transfers = transfers;
    this.#place = place;
    this.#nameOf = nameOf;
    this.#listener = listener;
    this.#spec = spec;
  }

  /** Hears of a look at the room. What can't be fetched now is fetched later. */
  hear({ outputBytes, end }: RunReport, op: Operation): void {
    if (end !== undefined || Date.now() < this.#followsFromMs) return;
    for (const stream of streams) {
      if (outputBytes[stream] <= this.#passedBytes[stream] || this.#fetching[stream] !== undefined) continue;
      this.#fetching[stream] = this.#fetch(stream, op)
        .catch((error: unknown) => op.log.debug(`output is not there yet: ${reasonOf(error)}`))
        .finally(() => delete this.#fetching[stream]);
    }
  }

  /** Passes on the rest of a stream, once the run has ended, and tells what of it is kept: nothing is fetched again for that. */
  async finish(stream: Stream, { bytes, sizeBytes }: PublishedOutput, op: Operation): Promise<ProgramOutput> {
    await this.#fetching[stream];
    if (bytes !== undefined) this.#pass(stream, bytes.subarray(this.#passedBytes[stream]));
    else await this.#fetchUpTo(sizeBytes, stream, op);
    return { bytes: Buffer.concat(this.#kept[stream]), totalBytes: Math.max(sizeBytes, this.#passedBytes[stream]) };
  }

  /** A transfer that was cut goes on where it ended. */
  async #fetchUpTo(sizeBytes: number, stream: Stream, op: Operation): Promise<void> {
    for (let attempt = 1; this.#passedBytes[stream] < sizeBytes; attempt += 1) {
      try {
        return await this.#fetch(stream, op);
      } catch (error) {
        if (!hasCode(error, "TRANSFER_FAILED") || attempt === attempts || op.signal.aborted) throw error;
        op.log.debug(`the output is fetched again: ${reasonOf(error)}`);
      }
    }
  }

  async #fetch(stream: Stream, op: Operation): Promise<void> {
    const path = joinPath(this.#place.room.path, this.#nameOf(stream), this.#transfers.family);
    const { body } = await this.#transfers.download(path, op, given({ transfer: this.#spec.transfer }));
    try {
      let at = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        const known = Math.max(0, this.#passedBytes[stream] - at);
        at += chunk.length;
        if (known < chunk.length) this.#pass(stream, chunk.subarray(known));
      }
    } finally {
      body.destroy();
    }
  }

  #pass(stream: Stream, bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#passedBytes[stream] += bytes.length;
    const kept = bytes.subarray(0, this.#spec.outputLimitBytes - this.#keptBytes[stream]);
    this.#kept[stream].push(kept);
    this.#keptBytes[stream] += kept.length;
    this.#listener(names[stream], bytes);
  }
}
