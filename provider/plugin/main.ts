#!/usr/bin/env node
import { engineAddress } from "../lifecycle/scope/engine-watch";
import { ProcessScope } from "../lifecycle/scope/process-scope";
import { EngineLog } from "./engine-log";
import { Plugin } from "./plugin";
import { servePlugin } from "./plugin-server";
import { printable } from "../values/printable";

/**
 * `pulumi-resource-vsphere-guest [--logtostderr] [-v=N] [--tracing X] [<engine address>]`: the plugin as the engine
 * starts it. The first line on stdout is the port, and nothing may stand before it
 * (docs/reference/pulumi.md#the-plugins-process).
 */
async function main(args: readonly string[]): Promise<void> {
  const log = new EngineLog();
  const address = engineAddress(args);
  if (address !== undefined) log.connect(address);
  const port = await servePlugin(new Plugin(new ProcessScope(address), log));
  process.stdout.write(`${port}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  process.exitCode = 1;
});
