import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulator";

/** The command's main module. */
export const commandMain = resolve(__dirname, "..", "..", "dist", "cli", "main.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly stdin?: string;
  /** Beside, or in place of, what names the simulator and its logins; undefined: unset. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with what has come so far; may signal the process. */
  readonly onOutput?: (stdout: string, signal: (name: NodeJS.Signals) => void) => void;
}

/** The real command in a process of its own, against a simulated vCenter, in a directory of its own. */
export interface CommandWorld {
  readonly simulator: Simulator;
  readonly directory: string;
  /** Where a guest's path is on this machine. */
  at(path: string, vm?: string): string;
  run(args: readonly string[], options?: CommandOptions): Promise<Ended>;
  /** A line for the shell, in which `$command` is the command. */
  shell(line: string): Promise<Ended>;
  stop(): Promise<void>;
}

export async function startCommandWorld(options: SimulatorOptions = {}): Promise<CommandWorld> {
  const simulator = await startSimulator({ vms: 1, hosts: 1, ...options });
  const directory = mkdtempSync(join(tmpdir(), "command-"));
  const at = { simulator, directory };
  return {
    simulator,
    directory,
    at: (path, vm) => join((vm === undefined ? simulator.vms[0] : simulator.vm(vm))?.root ?? "", path),
    run: (args, options) => runCommand(at, args, options),
    shell: (line) => ended(at, "/bin/sh", ["-c", line], { env: { command: `${process.execPath} ${commandMain}` } }),
    async stop() {
      await simulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Where a command runs, and against what. */
export interface CommandPlace {
  readonly simulator: Simulator;
  readonly directory: string;
}

/** The command in a process of its own, to its end. */
export function runCommand(at: CommandPlace, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return ended(at, process.execPath, [commandMain, ...args], options);
}

async function ended(
  { simulator, directory }: CommandPlace,
  program: string,
  args: readonly string[],
  { stdin, env = {}, onOutput }: CommandOptions,
): Promise<Ended> {
  const others = Object.entries(process.env).filter(([name]) => !/^(VSPHERE|GOVC)_/.test(name));
  const all = { ...Object.fromEntries(others), ...settingsFor(simulator), ...env };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const child = spawn(program, args, { cwd: directory, env: given });
  const heard = { stdout: "", stderr: "" };
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  child.stdout.on("data", (chunk: Buffer) => {
    heard.stdout += chunk.toString();
    onOutput?.(heard.stdout, signal);
  });
  child.stderr.on("data", (chunk: Buffer) => (heard.stderr += chunk.toString()));
  child.stdin.end(stdin ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...heard };
}

/** The environment in which a program finds the simulator and its logins. */
export function settingsFor(simulator: Simulator) {
  return {
    VSPHERE_SERVER: simulator.server,
    VSPHERE_USER: "administrator@vsphere.local",
    VSPHERE_PASSWORD: "simulated",
    VSPHERE_CA_FILE: simulator.certificate,
    VSPHERE_GUEST_USER: "root",
    VSPHERE_GUEST_PASSWORD: "simulated",
  };
}
