import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { delimiter } from "node:path";
import { buildPulumi, hasGo } from "./build";
import { cacheDirectory, hasNodejsLanguageHost, locatePulumi } from "./locate";
import { pulumiCliVersion } from "./version";

export interface PulumiCli {
  /** Directory that holds the `pulumi` executable. */
  readonly directory: string;
  /** False where only inline programs (Automation API) can run. */
  readonly hasNodejsLanguageHost: boolean;
}

/**
 * Finds the Pulumi CLI (PATH, then the project's cache), else builds it from Go modules, which Go holds to its checksum
 * database, saying what it does and why: nothing that nobody has checked is downloaded and run. Afterwards the CLI and the launcher of dynamic providers are on this process's PATH.
 */
export async function ensurePulumiCli(say: (line: string) => void): Promise<PulumiCli> {
  const directory = locatePulumi() ?? (await obtain(say));
  const cli = { directory, hasNodejsLanguageHost: hasNodejsLanguageHost(directory) };
  process.env["PATH"] = [process.env["PATH"], directory, dynamicProviderLauncher()].join(delimiter);
  process.env["PULUMI_SKIP_UPDATE_CHECK"] = "true";
  // A CLI built without cgo can't ask the system who runs it.
  process.env["USER"] ??= userInfo().username;
  return cli;
}

async function obtain(say: (line: string) => void): Promise<string> {
  const missing = `The Pulumi CLI is neither on PATH nor in ${cacheDirectory()}`;
  if (!hasGo()) {
    throw new Error(`${missing}. Install it (https://www.pulumi.com/docs/install/) or Go, and run this again.`);
  }
  say(`${missing}; building ${pulumiCliVersion} from its Go modules: once, about 10 minutes on 2 cores …`);
  await buildPulumi(say);
  const directory = locatePulumi();
  if (directory === undefined) throw new Error(`the Pulumi CLI was built but is not found in ${cacheDirectory()}`);
  return directory;
}

/** The npm package brings the launcher that otherwise comes with the nodejs language host. */
function dynamicProviderLauncher(): string {
  return dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [join(__dirname, "..", "..")] }));
}
