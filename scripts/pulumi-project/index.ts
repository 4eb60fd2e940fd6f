import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";

export { type Outcome, runPulumi, unexpected } from "./outcome";
export { simulatorConfig } from "./simulator-config";

/** Root of this package, found from the compiled and from the source tree alike. */
export const packageRoot = rootOf(__dirname);

export interface ProjectOptions {
  /** Fills the empty project directory with Pulumi.yaml and a program. */
  readonly fill: (directory: string) => void;
  readonly config: ConfigMap;
  /** Runs instead of the program in the directory: where no language host is to be had. */
  readonly inline?: ((directory: string) => { readonly projectName: string; readonly program: PulumiFn }) | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A throwaway Pulumi project with a stack on a local backend of its own. */
export interface PulumiProject {
  readonly stack: Stack;
  readonly directory: string;
  /** Environment in which the CLI finds the project's backend. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

/** Makes a project in a temporary directory and links this package into it, as an install would. */
export async function createPulumiProject(options: ProjectOptions): Promise<PulumiProject> {
  const base = mkdtempSync(join(tmpdir(), "vsphere-guest-project-"));
  const remove = () => rmSync(base, { recursive: true, force: true });
  try {
    const directory = join(base, "program");
    mkdirSync(directory);
    options.fill(directory);
    linkPackages(directory);
    mkdirSync(join(base, "state"));
    const environment = {
      PULUMI_BACKEND_URL: `file://${join(base, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "throwaway",
      ...options.environment,
    };
    const workspace = { workDir: directory, envVars: environment };
    const stack =
      options.inline === undefined
        ? await LocalWorkspace.createStack({ stackName: "dev", workDir: directory }, workspace)
        : await LocalWorkspace.createStack({ stackName: "dev", ...options.inline(directory) }, workspace);
    await stack.setAllConfig(options.config);
    return { stack, directory, environment, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function linkPackages(directory: string): void {
  const modules = join(directory, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(packageRoot, join(modules, "pulumi-vsphere-guest"), "junction");
  for (const name of [join("@pulumi", "pulumi"), "typescript"]) {
    symlinkSync(join(packageRoot, "node_modules", name), join(modules, name), "junction");
  }
}

function rootOf(directory: string): string {
  const root = join(directory, "..", "..");
  return root.endsWith("dist") ? join(root, "..") : root;
}
