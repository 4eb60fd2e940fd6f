import { spawn } from "node:child_process";
import type { Socket } from "node:net";

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

/**
 * Keeps the services of a prefix running until `wineserver --kill`, since they end two seconds after the last program
 * and take a second of CPU to start: a cmd.exe that waits for a line. It ends with this process, too.
 */
export async function keepWineServices(environment: Readonly<Record<string, string>>): Promise<void> {
  const keeper = spawn("wine", ["cmd", "/d", "/q"], { env: environment, stdio: ["pipe", "ignore", "ignore"] });
  keeper.on("error", () => undefined);
  keeper.stdin.on("error", () => undefined);
  keeper.unref();
  (keeper.stdin as Socket).unref();
  // A second one ends once the services are there.
  await runWineTool("wine", ["cmd", "/d", "/c", "exit"], environment);
}
