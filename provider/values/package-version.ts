import { readFileSync } from "node:fs";
import { z } from "zod";

/** The version of this package. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(require.resolve("pulumi-vsphere-guest/package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}
