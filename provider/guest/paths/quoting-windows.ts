import { GuestError } from "../../errors/guest-error";

declare const commandLine: unique symbol;

/** Text that CommandLineToArgvW, and so nearly every Windows program, reads as exactly the arguments it was made of. */
export type WindowsCommandLine = string & { readonly [commandLine]: true };

/** One argument: in quotes where needed, `"` as `\"`, and backslashes doubled only before a quote. */
function quoteForWindows(argument: string): WindowsCommandLine {
  if (argument.includes("\0")) {
    throw new GuestError("INVALID_INPUT", "An argument holds a NUL character, which no program can receive.");
  }
  if (/^[^\s"]+$/.test(argument)) return argument as WindowsCommandLine;
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${escaped}"` as WindowsCommandLine;
}

/** Arguments of a command line. */
export function quoteAllForWindows(words: readonly string[]): WindowsCommandLine {
  return words.map(quoteForWindows).join(" ") as WindowsCommandLine;
}
