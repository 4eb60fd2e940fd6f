import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import type { SimulatedProject } from "./simulated-project";

/** A `pulumi up` that goes on. */
export interface StartedUp {
  readonly printed: string;
  readonly code: Promise<number | null>;
  interrupt(): void;
  /** The CLI alone, not what it has started. */
  kill(): void;
}

/** Starts `pulumi up` in a process group of its own, as a terminal has it. */
export function startUp({ project }: SimulatedProject): StartedUp {
  const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"], {
    cwd: project.directory,
    env: { ...process.env, ...project.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const started = {
    printed: "",
    code: once(child, "close").then(([code]) => code as number | null),
    interrupt: () => void child.kill("SIGINT"),
    kill: () => void child.kill("SIGKILL"),
  };
  child.stdout.on("data", (chunk: Buffer) => (started.printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (started.printed += chunk.toString()));
  return started;
}

/** Pids and command lines of this machine's processes that work for a project: those who have its environment. */
export function processesOf({ project }: SimulatedProject): { readonly pid: string; readonly commandLine: string }[] {
  const own = Object.entries(project.environment).map(([name, value]) => `${name}=${value}\0`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => own.every((variable) => textOf(pid, "environ").includes(variable)))
    .map((pid) => ({ pid, commandLine: textOf(pid, "cmdline").replaceAll("\0", " ") }));
}

/** Nothing where the process has ended in the meantime. */
export function textOf(pid: string, file: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
