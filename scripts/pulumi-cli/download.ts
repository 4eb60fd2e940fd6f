import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { cacheDirectory } from "./locate";
import { pulumiCliVersion } from "./version";

const patienceMs = 120_000;

/** Gets the official release through Pulumi's own installer. Rejects when it cannot be had, as without open internet. */
export async function downloadPulumi(): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const giveUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    await Promise.race([
      PulumiCommand.install({ root: cacheDirectory(), version: new SemVer(pulumiCliVersion) }),
      giveUp,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
