import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  createPulumiProject,
  packageRoot,
  runPulumi,
  simulatorConfig,
  type Outcome,
  type PulumiProject,
} from "../../scripts/pulumi-project";
import type { Simulator } from "../../simulator";
import { pulumi } from "./pulumi-command";
import { pythonEnvironment } from "./python-environment";

export interface ExampleRun extends Outcome {
  readonly printed: string;
}

/** A copy of an example, on a stack and backend of its own, against a simulator of default logins. */
export class ExampleProject {
  private constructor(readonly project: PulumiProject) {}

  /** `config` is the program's own configuration; the provider's is that of the simulator. */
  static async start(name: string, simulator: Simulator, config: Readonly<Record<string, string>>) {
    const project = await createPulumiProject({
      fill: (directory) => copyExample(name, directory),
      config: {
        ...simulatorConfig(simulator, { password: "simulated", guestPassword: "simulated" }),
        ...asConfig(config),
      },
    });
    return new ExampleProject(project);
  }

  async run(command: "preview" | "up" | "destroy"): Promise<ExampleRun> {
    let printed = "";
    try {
      const outcome = await runPulumi(this.project.stack, command, (text) => (printed += text));
      return { ...outcome, printed };
    } catch (error) {
      throw new Error(`pulumi ${command} failed:\n${printed}`, { cause: error });
    }
  }

  /** Any command of the CLI, and what it printed. */
  pulumi(...args: readonly string[]): Promise<{ readonly printed: string; readonly code: number | null }> {
    return pulumi(this.project, ...args, "--stack", "dev");
  }

  remove(): void {
    this.project.remove();
  }
}

/** What examples say relative to their place in the checkout has to be said absolutely in a copy. */
function copyExample(name: string, directory: string): void {
  const example = join(packageRoot, "examples", name);
  cpSync(example, directory, {
    recursive: true,
    filter: (path) => !/^(node_modules|venv|Pulumi\.dev\.yaml)$/.test(basename(path)),
  });
  edit(join(directory, "Pulumi.yaml"), (text) =>
    text
      .replace("path: ../../plugin", `path: ${join(packageRoot, "plugin")}`)
      .replace(/virtualenv: venv/, () => `virtualenv: ${pythonEnvironment()}`),
  );
  if (name === "go")
    edit(join(directory, "go.mod"), (text) => text.replace("../../sdk/go", join(packageRoot, "sdk", "go")));
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function asConfig(values: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
