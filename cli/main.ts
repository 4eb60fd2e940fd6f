#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { endWithReader } from "./output/broken-pipe";
import { exitCodeOf, failureText } from "./output/failure";
import { vsphereGuest } from "./program";
import { interrupt } from "./session/interrupt";

/** The `vsphere-guest` command. */
async function main(args: readonly string[]): Promise<void> {
  endWithReader(() => interrupt.leave());
  const program = vsphereGuest(await simulate(args));
  // Loaded where it is asked for: it is an ES module, and looks at all commands.
  if (args[0] === "complete") (await import("@bomb.sh/tab/commander")).default(program);
  await program.parseAsync(args, { from: "user" });
}

async function simulate(args: readonly string[]): Promise<Command> {
  const isWanted = args.includes("simulate") || args[0] === "complete";
  if (isWanted) return (await import("./simulate/simulate.js")).simulateCommand();
  return new Command("simulate").description("Run a simulated vCenter with ESXi hosts and guests");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (interrupt.hasLeft) return;
  // Commander has said what it minds.
  if (!(error instanceof CommanderError)) process.stderr.write(`vsphere-guest: ${failureText(error)}\n`);
  process.exitCode = exitCodeOf(error, interrupt.isAborted);
});
