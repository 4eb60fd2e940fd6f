#!/usr/bin/env node
import { Command } from "commander";
import { printable } from "../provider/values/printable";
import { simulateCommand } from "./simulate";

/** The `vsphere-guest` command. */
const program = new Command("vsphere-guest")
  .description("Tools for Pulumi programs that manage what is inside VMware guests")
  .addCommand(simulateCommand());

program.parseAsync().catch((error: unknown) => {
  console.error(`vsphere-guest: ${printable(error instanceof Error ? error.message : String(error))}`);
  process.exitCode = 1;
});
