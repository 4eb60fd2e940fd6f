import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PulumiProject } from "../../scripts/pulumi-project";

/** Any command of the CLI on a project's stack, and what it printed. */
export async function pulumi(
  { directory, environment }: PulumiProject,
  ...args: readonly string[]
): Promise<{ readonly printed: string; readonly code: number | null }> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { printed, code };
}
