import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { runCommand } from "../command";
import { ensurePulumiCli } from "../pulumi-cli";
import { type SimulatorProcess, type SimulatorReady, startSimulatorProcess } from "../simulator-process";
import {
  type PulumiProject,
  createPulumiProject,
  packageRoot,
  runPulumi,
  simulatorConfig,
  unexpected,
} from "../pulumi-project";

const resourcesPerVm = ["gate", "config-dir", "drop-ins", "config", "credentials", "issue", "apply"];
const passwords = { password: "demo-vcenter", guestPassword: "demo-guest" };
const driftedFile = "etc/app/app.conf";
const removedDirectory = "etc/app/conf.d";
const adoptedFile = "etc/issue";
const adoptedText = "Welcome to the machine of the people who were here before.\n";

const say = (line: string) => process.stdout.write(`${line}\n`);
const print = (text: string) => process.stdout.write(text);

interface StepResult {
  readonly title: string;
  readonly seconds: number;
  readonly problems: readonly string[];
}

async function main(): Promise<number> {
  const cli = await ensurePulumiCli(say);
  let simulator: SimulatorProcess | undefined;
  let project: PulumiProject | undefined;
  const cleanUp = async () => {
    project?.remove();
    await simulator?.stop();
  };
  const interrupted = () => void cleanUp().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const login = ["--password", passwords.password, "--guest-password", passwords.guestPassword];
    simulator = await startSimulatorProcess(["--vms", "2", "--hosts", "2", ...login]);
    say(
      `A simulated vCenter answers at ${simulator.ready.url} with ${simulator.ready.vms.length} VMs on 2 ESXi hosts.`,
    );
    project = await createPulumiProject({
      fill: copyQuickstart,
      config: stackConfig(simulator.ready),
      inline: cli.hasNodejsLanguageHost ? undefined : inlineQuickstart,
    });
    return summarize(await runSteps(project, simulator.ready));
  } finally {
    await cleanUp();
  }
}

function copyQuickstart(directory: string): void {
  const source = join(packageRoot, "examples", "quickstart");
  cpSync(source, directory, { recursive: true, filter: (path) => !path.includes("node_modules") });
}

/** The same program function, run through the Automation API. */
function inlineQuickstart() {
  // Loaded only here: it makes this process a Pulumi program.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { program } = require("../../examples/quickstart/program") as { program: PulumiFn };
  return { projectName: "vsphere-guest-quickstart", program };
}

function stackConfig(ready: SimulatorReady) {
  return {
    ...simulatorConfig({ server: ready.url, certificate: ready.certificate }, passwords),
    vms: { value: JSON.stringify(ready.vms.map((vm) => vm.path)) },
    databasePassword: { value: "correct horse battery staple", secret: true },
  };
}

async function runSteps({ stack }: PulumiProject, ready: SimulatorReady): Promise<StepResult[]> {
  const all = (operation: string) =>
    new Map(
      ready.vms.flatMap((vm) => resourcesPerVm.map((resource) => [`${vm.name}-${resource}`, operation] as const)),
    );
  const [first, second] = ready.vms;
  if (first === undefined || second === undefined) throw new Error("the simulator has fewer than two VMs");
  const drifted = new Map([
    [`${first.name}-config`, "update"],
    [`${first.name}-apply`, "update"],
    [`${second.name}-drop-ins`, "update"],
  ]);
  const results: StepResult[] = [];
  const step = async (
    title: string,
    command: "preview" | "up" | "destroy",
    expected: ReadonlyMap<string, string>,
    also: () => string[] = () => [],
  ) => {
    say(`\n━━━ ${results.length + 1}. ${title}\n`);
    const started = Date.now();
    const problems = await runPulumi(stack, command, print).then(
      (outcome) => [...unexpected(outcome, expected), ...also()],
      (error: unknown) => [error instanceof Error ? error.message : String(error)],
    );
    results.push({ title, seconds: (Date.now() - started) / 1000, problems });
  };
  say(`\n    In each VM there is a file already that the program declares, too: /${adoptedFile}.`);
  for (const { root } of ready.vms) writeFileSync(join(root, adoptedFile), adoptedText);

  await step("preview: what would be made, and taken over", "preview", all("create"));
  await step("up: make it", "up", all("create"), () =>
    missing(ready, [driftedFile, removedDirectory, "etc/app/credentials"]),
  );
  await step("up again: nothing to do", "up", new Map());

  say(
    `\n    Behind Pulumi's back: a line is added to /${driftedFile} in ${first.name}, and /${removedDirectory} is removed in ${second.name}.`,
  );
  appendFileSync(join(first.root, driftedFile), "debug = true\n");
  rmSync(join(second.root, removedDirectory), { recursive: true });

  await step("preview: shows exactly these two, and the run that applies the first", "preview", drifted);
  await step("up: repairs them", "up", drifted, () => missing(ready, [removedDirectory]));
  await step("destroy: the guests are as they were", "destroy", all("delete"), () => [
    ...leftover(ready),
    ...lost(ready),
  ]);
  return results;
}

function missing(ready: SimulatorReady, paths: readonly string[]): string[] {
  return ready.vms.flatMap((vm) =>
    paths.filter((path) => !existsSync(join(vm.root, path))).map((path) => `${vm.name}: /${path} is missing`),
  );
}

function leftover(ready: SimulatorReady): string[] {
  const paths = ["etc/app", "var/lib/app.keys"];
  return ready.vms.flatMap((vm) =>
    paths.filter((path) => existsSync(join(vm.root, path))).map((path) => `${vm.name}: /${path} is still there`),
  );
}

function lost(ready: SimulatorReady): string[] {
  return ready.vms
    .filter(({ root }) => readFileSync(join(root, adoptedFile), "utf8") !== adoptedText)
    .map((vm) => `${vm.name}: /${adoptedFile} is not as it was before`);
}

function summarize(results: readonly StepResult[]): number {
  say("\n━━━ Summary\n");
  for (const { title, seconds, problems } of results) {
    say(`  ${problems.length === 0 ? "✓" : "✗"} ${title.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s`);
    for (const problem of problems) say(`      ${problem}`);
  }
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  say(failed === 0 ? "\nAll as it should be." : `\n${failed} of ${results.length} steps were not as they should be.`);
  return failed === 0 ? 0 : 1;
}

runCommand(async () => {
  process.exitCode = await main();
});
