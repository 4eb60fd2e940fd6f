import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import { startScenario } from "../../simulator/scenario";
import { serveCommands } from "./simulate-commands";
import { usage } from "../output/usage-error";
import { commandDefaults, givenOptions, optionFlags } from "./simulate-flags";
import { printable } from "../../provider/values/printable";

/** `vsphere-guest simulate`: a simulated vCenter until SIGTERM or SIGINT. */
export function simulateCommand(): Command {
  const flags = optionFlags();
  const command = new Command("simulate")
    .summary("Run a simulated vCenter with ESXi hosts and guests")
    .description(
      "Run a simulated vCenter with ESXi hosts and guests. When it is ready it prints one JSON line with url, " +
        "certificate (PEM file to trust: the CA of the vCenter and its hosts), passwords and vms; each line on stdin is a command, " +
        'e.g. {"command":"powerOff","vm":"vm-1"} (see docs/simulator.md). SIGTERM ends it.',
    );
  for (const { flag } of flags) command.addOption(flag);
  return command
    .option("--scenario <file>", "JSON file with options and commands; the flags above win over it")
    .action(async (given: unknown) => {
      const { scenario, ...rest } = givenSchema.parse(given);
      await simulate(scenario, givenOptions(flags, rest));
    });
}

/** Who may log in: passwords that nobody has given are told here alone. */
const loginsSchema = z.object({ password: z.string(), guestPassword: z.string() });

const givenSchema = z.looseObject({ scenario: z.string().optional() });

async function simulate(scenario: string | undefined, overrides: Readonly<Record<string, unknown>>): Promise<void> {
  const signalled = new Promise<void>((resolve) => process.once("SIGTERM", resolve).once("SIGINT", resolve));
  const content = await readScenario(scenario);
  const simulator = await startScenario(content, overrides).catch((error: unknown) => {
    throw error instanceof z.ZodError ? usage(z.prettifyError(error)) : error;
  });
  // stdout is for programs, stderr for people.
  for (const warning of simulator.warnings) console.error(`vsphere-guest: ${printable(warning)}`);
  const { url, certificate } = simulator;
  console.log(
    JSON.stringify({
      url,
      certificate,
      ...loginsSchema.parse({ ...content, ...overrides }),
      vms: simulator.vms.map((vm) => vm.describe()),
    }),
  );
  const commanded = new Promise<void>((resolve) => serveCommands(simulator, process.stdin, process.stdout, resolve));
  await Promise.race([signalled, commanded]);
  await simulator.stop();
  process.stdin.destroy();
}

/** The scenario's content, if there is one, above the command's own defaults. */
async function readScenario(path: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  return { ...commandDefaults(), ...(path === undefined ? {} : await contentOf(path)) };
}

async function contentOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return z.looseObject({}).parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? "is no JSON object" : (error as Error).message;
    throw usage(`--scenario ${path}: ${reason}`);
  }
}
