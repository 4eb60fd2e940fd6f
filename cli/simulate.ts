import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import type { SimulatorOptions } from "../simulator";
import { startScenario } from "../simulator/scenario";
import { serveCommands } from "./simulate-commands";

const defaultListen = { host: "127.0.0.1", port: 8989 };

/** `vsphere-guest simulate`: a simulated vCenter until SIGTERM or SIGINT. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "Run a simulated vCenter with ESXi hosts and guests. When it is ready it prints one JSON line with url, " +
        "certificate (PEM file to trust) and vms; each line on stdin is a command, e.g. " +
        '{"command":"powerOff","vm":"vm-1"} (see docs/simulator.md). SIGTERM ends it.',
    )
    .addOption(
      new Option("--listen <host:port>", "address; port 0 takes a free one (default: 127.0.0.1:8989)").argParser(
        parseListen,
      ),
    )
    .addOption(new Option("--vms <number>", "virtual machines (default: 2)").argParser(parseNumber))
    .addOption(new Option("--hosts <number>", "ESXi hosts (default: 2)").argParser(parseNumber))
    .addOption(new Option("--os <name>", "what the guests run (default: linux)").choices(["linux", "windows"]))
    .option("--user <name>", "vCenter user (default: administrator@vsphere.local)")
    .option("--password <password>", "vCenter password (default: simulated)")
    .option("--guest-user <name>", "account in every guest (default: root)")
    .option("--guest-password <password>", "its password (default: simulated)")
    .addOption(new Option("--latency <ms>", "added to every request").argParser(parseNumber))
    .option("--data <directory>", "keep the guests' files here")
    .addOption(new Option("--tools-version <version>", "(default: 12.2.0)").choices(["12.2.0", "13.0.10"]))
    .addOption(new Option("--sandbox <mode>", "isolation of guests' programs (default: auto)").choices(["auto", "off"]))
    .option("--scenario <file>", "JSON file with options and commands; the flags above win over it")
    .action(async (flags: unknown) => simulate(flagsSchema.parse(flags)));
}

/** Options of startSimulator by the names of the flags. */
const flagsSchema = z.object({
  listen: z.object({ host: z.string(), port: z.number() }).optional(),
  vms: z.number().optional(),
  hosts: z.number().optional(),
  os: z.enum(["linux", "windows"]).optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  guestUser: z.string().optional(),
  guestPassword: z.string().optional(),
  latency: z.number().optional(),
  data: z.string().optional(),
  toolsVersion: z.enum(["12.2.0", "13.0.10"]).optional(),
  sandbox: z.enum(["auto", "off"]).optional(),
  scenario: z.string().optional(),
});

async function simulate(flags: z.output<typeof flagsSchema>): Promise<void> {
  const signalled = new Promise<void>((resolve) => process.once("SIGTERM", resolve).once("SIGINT", resolve));
  const { scenario, latency, data, ...same } = flags;
  const overrides = defined({ ...same, latencyMilliseconds: latency, dataDirectory: data });
  const simulator = await startScenario(await readScenario(scenario), overrides);
  // stdout is for programs, stderr for people.
  for (const warning of simulator.warnings) console.error(`vsphere-guest: ${warning}`);
  const { url, certificate } = simulator;
  console.log(JSON.stringify({ url, certificate, vms: simulator.vms.map((vm) => vm.describe()) }));
  const commanded = new Promise<void>((resolve) => serveCommands(simulator, process.stdin, process.stdout, resolve));
  await Promise.race([signalled, commanded]);
  await simulator.stop();
  process.stdin.destroy();
}

/** The scenario's content, or the one that stands for the command line's own defaults. */
async function readScenario(path: string | undefined): Promise<unknown> {
  const content: unknown = path === undefined ? {} : JSON.parse(await readFile(path, "utf8"));
  return { listen: defaultListen, ...z.looseObject({}).parse(content) };
}

function defined(options: Readonly<Record<string, unknown>>): SimulatorOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function parseNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("A whole number is needed.");
  return Number(text);
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("Write host:port, e.g. 127.0.0.1:0.");
  return { host: match[1] ?? (match[2] || defaultListen.host), port: Number(match[3]) };
}
