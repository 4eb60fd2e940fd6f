import type { Operation } from "../../operation/operation";
import { readStart } from "../files/read";
import type { ProgramOutput, ProgramSpec } from "../guest";
import type { Transfers } from "../transfer/transfers";
import type { PublishedOutput } from "./rooms/report";
import { given } from "../../values/given";

/** The first bytes of an output of a run: as it was published, or downloaded from `path`. */
export async function fetchOutput(
  transfers: Transfers,
  path: string,
  published: PublishedOutput,
  { outputLimitBytes, transfer }: Pick<ProgramSpec, "outputLimitBytes" | "transfer">,
  op: Operation,
): Promise<ProgramOutput> {
  const { sizeBytes, bytes } = published;
  if (bytes !== undefined) return { bytes: bytes.subarray(0, outputLimitBytes), totalBytes: sizeBytes };
  const options = given({ transfer });
  const start = await readStart(transfers, path, outputLimitBytes, op, options);
  return { ...start, totalBytes: Math.max(sizeBytes, start.totalBytes) };
}
