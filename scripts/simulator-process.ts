import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const readySchema = z.object({
  url: z.string(),
  certificate: z.string(),
  vms: z.array(
    z.object({ name: z.string(), moid: z.string(), instanceUuid: z.string(), path: z.string(), root: z.string() }),
  ),
});

/** What `vsphere-guest simulate` says when it is ready. */
export type SimulatorReady = z.infer<typeof readySchema>;

export interface SimulatorProcess {
  readonly ready: SimulatorReady;
  stop(): Promise<void>;
}

/** Starts `vsphere-guest simulate` as a process of its own, as a user would, on a free port. */
export async function startSimulatorProcess(args: readonly string[]): Promise<SimulatorProcess> {
  const main = join(__dirname, "..", "cli", "main.js");
  const child = spawn(process.execPath, [main, "simulate", "--listen", "127.0.0.1:0", ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ready = await firstLine(child);
  return {
    ready: readySchema.parse(JSON.parse(ready)),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the simulator has no standard output");
  const lines = createInterface({ input: child.stdout });
  const line = new Promise<string>((resolve) => lines.once("line", resolve));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the simulator ended with ${String(code)} before it was ready`);
  });
  return Promise.race([line, ended]);
}
