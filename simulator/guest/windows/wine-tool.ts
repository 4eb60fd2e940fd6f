import { spawn } from "node:child_process";

const timeLimitMs = 120_000;

/**
 * Runs one of Wine's tools to its end; resolves with its exit code, undefined when it was killed after two minutes.
 * Trap: Wine's services inherit and keep the standard streams, so none are given.
 */
export function runWineTool(
  command: "wine" | "wineserver",
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const child = spawn(command, args, { env: environment, stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeLimitMs);
  return new Promise<number | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? undefined));
  }).finally(() => clearTimeout(timer));
}
