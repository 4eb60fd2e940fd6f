import type { ProgramSpec } from "../../guest";

/** What every POSIX guest has to run scripts. */
export const shell = "/bin/sh";

/**
 * The words that run a command, a script from the file at `scriptPath`. The interpreter is the one named, else the one
 * of a `#!` line, else /bin/sh.
 */
export function commandWords(command: ProgramSpec["command"], scriptPath: string): string[] {
  if ("program" in command) return [command.program, ...command.arguments];
  if (command.interpreter !== undefined) return [command.interpreter, scriptPath];
  const [, interpreter, argument] =
    /^#![ \t]*([^ \t\r\n]+)[ \t]*([^\r\n]*?)[ \t]*(?:\r?\n|$)/.exec(command.script) ?? [];
  if (interpreter === undefined) return [shell, scriptPath];
  return argument ? [interpreter, argument, scriptPath] : [interpreter, scriptPath];
}
