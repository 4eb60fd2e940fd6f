import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { hasNodejsLanguageHost, locatePulumi } from "../../scripts/pulumi-cli/locate";
import {
  type Outcome,
  type PulumiProject,
  createPulumiProject,
  runPulumi,
  simulatorConfig,
} from "../../scripts/pulumi-project";
import * as dynamicSdk from "../../sdk/nodejs";
import * as nativeSdk from "../../sdk/nodejs/native";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator";

export const secrets = {
  vcenter: "SECRET-vcenter-7f3a",
  guest: "SECRET-guest-91bc",
};

export interface ProjectRun extends Outcome {
  /** All that Pulumi printed. */
  readonly printed: string;
}

/** A Pulumi project of its own on a simulator of its own, driven through the real CLI and engine. */
export class SimulatedProject {
  readonly #plugin: string | undefined;

  private constructor(
    readonly simulator: Simulator,
    readonly project: PulumiProject,
    plugin: string | undefined,
  ) {
    this.#plugin = plugin;
  }

  /**
   * `program` is the text of index.js; `guest` and `pulumi` are required before it, `vms` are the VMs' inventory paths.
   * `plugin`: folder of the native plugin, for programs that use it.
   */
  static async start(program: string, options: SimulatorOptions = {}, plugin?: string): Promise<SimulatedProject> {
    const simulator = await startSimulator({
      vms: 1,
      hosts: 1,
      password: secrets.vcenter,
      guestPassword: secrets.guest,
      ...options,
    });
    try {
      return await SimulatedProject.on(simulator, program, plugin);
    } catch (error) {
      await simulator.stop();
      throw error;
    }
  }

  /** As `start`, on a simulator that other projects use too. */
  static async on(simulator: Simulator, program: string, plugin?: string): Promise<SimulatedProject> {
    const project = await createPulumiProject({
      fill: (directory) => fill(directory, program, plugin),
      config: configOf(simulator),
      inline: canRunPrograms() ? undefined : inlineProgram,
    });
    return new SimulatedProject(simulator, project, plugin);
  }

  /** Replaces the program, as an edit would. */
  edit(program: string): void {
    fill(this.project.directory, program, this.#plugin);
  }

  async run(command: "preview" | "up" | "destroy", plan?: string): Promise<ProjectRun> {
    let printed = "";
    const outcome = await runPulumi(this.project.stack, command, (text) => (printed += text), plan);
    return { ...outcome, printed };
  }

  /** A preview that saves its plan, and the up that must keep to it: what the preview showed and what up did. */
  async planned(): Promise<{ readonly preview: ProjectRun; readonly up: ProjectRun }> {
    const plan = join(this.project.directory, "plan.json");
    return { preview: await this.run("preview", plan), up: await this.run("up", plan) };
  }

  /** Runs a command that must fail, and returns what it printed. */
  async fails(command: "preview" | "up" | "destroy"): Promise<string> {
    let printed = "";
    const failed = await runPulumi(this.project.stack, command, (text) => (printed += text)).then(
      () => false,
      () => true,
    );
    if (!failed) throw new Error(`pulumi ${command} was expected to fail:\n${printed}`);
    return printed;
  }

  root(vm = "vm-1"): string {
    return this.simulator.vm(vm).root;
  }

  async stop(): Promise<void> {
    this.project.remove();
    await this.simulator.stop();
  }
}

function canRunPrograms(): boolean {
  const directory = locatePulumi();
  return directory !== undefined && hasNodejsLanguageHost(directory);
}

/** The project's index.js within this process, where there is a CLI and no nodejs language host beside it. */
function inlineProgram(directory: string) {
  const modules: Readonly<Record<string, unknown>> = {
    "@pulumi/pulumi": pulumi,
    "pulumi-vsphere-guest": dynamicSdk,
    "pulumi-vsphere-guest/native": nativeSdk,
  };
  const program = async () => {
    const exports: Record<string, unknown> = {};
    const text = readFileSync(join(directory, "index.js"), "utf8");
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function("require", "exports", text) as (load: (name: string) => unknown, exports: object) => void;
    run((name) => modules[name], exports);
    return exports;
  };
  return { projectName: "e2e", program };
}

function fill(directory: string, program: string, plugin: string | undefined): void {
  const plugins =
    plugin === undefined ? "" : `plugins:\n  providers:\n    - name: vsphere-guest\n      path: ${plugin}\n`;
  writeFileSync(join(directory, "Pulumi.yaml"), `name: e2e\nruntime: nodejs\n${plugins}`);
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "e2e", main: "index.js" }));
  const head = [
    'const pulumi = require("@pulumi/pulumi");',
    'const guest = require("pulumi-vsphere-guest");',
    'const vms = new pulumi.Config().requireObject("vms");',
    "const vm = vms[0];",
  ];
  writeFileSync(join(directory, "index.js"), `${head.join("\n")}\n${program}\n`);
}

function configOf(simulator: Simulator) {
  return {
    ...simulatorConfig(simulator, { password: secrets.vcenter, guestPassword: secrets.guest }),
    vms: { value: JSON.stringify(simulator.vms.map((vm) => vm.path)) },
  };
}
