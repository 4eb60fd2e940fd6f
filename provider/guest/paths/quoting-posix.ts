import { GuestError } from "../../errors/guest-error";

declare const shellText: unique symbol;

/** Text that a POSIX shell reads as exactly the words it was made of. Only this module makes it. */
export type ShellText = string & { readonly [shellText]: true };

/** One word: whatever is in it, the shell takes it as it is. A NUL, which no argument can hold, is refused. */
export function quoteForShell(word: string): ShellText {
  if (word.includes("\0")) {
    throw new GuestError("INVALID_INPUT", "An argument holds a NUL character, which no program can receive.");
  }
  return (/^[A-Za-z0-9_/.,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`) as ShellText;
}

/** Words of a command line. */
export function quoteAllForShell(words: readonly string[]): ShellText {
  return words.map(quoteForShell).join(" ") as ShellText;
}
