import { createHash, randomBytes } from "node:crypto";

/** Tells the runs of this process, and so of this deploy, from those of others. */
export const thisDeploy = randomBytes(8).toString("hex");

/** A run's key as it stands in the guest, in names and command lines: always of one length. */
export function shortKey(runKey: string): string {
  return createHash("sha256").update(runKey).digest("hex").slice(0, 32);
}
