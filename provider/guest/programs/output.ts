import { GuestError } from "../../errors/guest-error";
import type { ProgramOutput, ProgramSpec } from "../guest";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";
import type { PublishedOutput } from "./rooms/report";

const downloadAttempts = 3;

type OutputOptions = Pick<ProgramSpec, "outputLimitBytes" | "transfer">;

/** The first bytes of an output of a run: as it was published, or downloaded from `path`, again when that is cut. */
export async function fetchOutput(
  transfers: Transfers,
  path: string,
  published: PublishedOutput,
  options: OutputOptions,
  op: Operation,
): Promise<ProgramOutput> {
  const { sizeBytes: totalBytes, bytes } = published;
  if (bytes !== undefined) return { bytes: bytes.subarray(0, options.outputLimitBytes), totalBytes };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const downloaded = await download(transfers, path, options, op);
      return { ...downloaded, totalBytes: Math.max(totalBytes, downloaded.totalBytes) };
    } catch (error) {
      const mayBeRepeated = error instanceof GuestError && error.retryable && !op.signal.aborted;
      if (!mayBeRepeated || attempt === downloadAttempts) throw error;
    }
  }
}

async function download(
  transfers: Transfers,
  path: string,
  { outputLimitBytes, transfer }: OutputOptions,
  op: Operation,
): Promise<ProgramOutput> {
  const { sizeBytes, body } = await transfers.download(path, op, transfer === undefined ? {} : { transfer });
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  // Leaving the loop early destroys the stream.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    receivedBytes += chunk.length;
    if (receivedBytes >= outputLimitBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, outputLimitBytes), totalBytes: sizeBytes };
}
