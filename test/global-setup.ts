import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePulumiCli } from "../scripts/pulumi-cli";
import { keptWineFilesVariable } from "../simulator/guest/windows/wine-template";

/**
 * Puts the Pulumi CLI on PATH before any test runs, so that the end-to-end tests use the real engine, and lets all
 * Windows guests of the run share one set of Wine's files, which takes seconds to make.
 */
export default async function globalSetup(): Promise<void> {
  process.env[keptWineFilesVariable] = join(mkdtempSync(join(tmpdir(), "vsphere-guest-wine-")), "files");
  await ensurePulumiCli((line) => process.stderr.write(`${line}\n`));
}
