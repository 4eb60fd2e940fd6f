import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";

const packageRoot = join(__dirname, "..", "..", "..");
const projectName = "vsphere-guest-quickstart";

/** A throwaway copy of an example with a local backend of its own. */
export interface Workspace {
  readonly stack: Stack;
  remove(): void;
}

/**
 * Copies the example into a temporary directory, links this package there as an install would, and makes a stack on a
 * local backend. Without a nodejs language host the same program runs inline through the Automation API.
 */
export async function createWorkspace(config: ConfigMap, hasNodejsLanguageHost: boolean): Promise<Workspace> {
  const directory = mkdtempSync(join(tmpdir(), "vsphere-guest-demo-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const workDir = join(directory, "quickstart");
    cpSync(join(packageRoot, "examples", "quickstart"), workDir, {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    linkPackages(workDir);
    mkdirSync(join(directory, "state"));
    const envVars = {
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "demo",
      PULUMI_HOME: join(directory, "home"),
    };
    const stack = hasNodejsLanguageHost
      ? await LocalWorkspace.createStack({ stackName: "demo", workDir }, { envVars })
      : await LocalWorkspace.createStack(
          { stackName: "demo", projectName, program: inlineProgram() },
          { workDir, envVars },
        );
    await stack.setAllConfig(config);
    return { stack, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function linkPackages(workDir: string): void {
  const modules = join(workDir, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(packageRoot, join(modules, "pulumi-vsphere-guest"), "junction");
  symlinkSync(join(packageRoot, "node_modules", "@pulumi", "pulumi"), join(modules, "@pulumi", "pulumi"), "junction");
  symlinkSync(join(packageRoot, "node_modules", "typescript"), join(modules, "typescript"), "junction");
}

function inlineProgram(): PulumiFn {
  const { program } = require("../../examples/quickstart/program") as { program: PulumiFn };
  return program;
}
