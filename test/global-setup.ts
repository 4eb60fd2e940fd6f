import { ensurePulumiCli } from "../scripts/pulumi-cli";

/** Puts the Pulumi CLI on PATH before any test runs, so that the end-to-end tests use the real engine. */
export default async function globalSetup(): Promise<void> {
  await ensurePulumiCli((line) => process.stderr.write(`${line}\n`));
}
