import type { Command } from "commander";

/** Lines of examples below a command's help; each is a command that a test carries out. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  const shown = lines.map((line) => `  vsphere-guest ${line}`).join("\n");
  return Object.assign(command.addHelpText("after", `\nExamples:\n${shown}`), { examples: lines });
}

/** What is put between `examples` and a command's name. */
export type WithExamples = Command & { readonly examples?: readonly string[] };
