/** How a Windows command line is handed to Wine. */
export type WineCommand =
  { readonly kind: "words"; readonly words: readonly string[] } | { readonly kind: "batch"; readonly text: string };

/** Variables that Wine takes from its own settings, whatever its environment says. */
const overridden =
  /^(path|temp|tmp|home|homedrive|homepath|username|userprofile|userdomain|appdata|localappdata|computername)=/i;

/**
 * CreateProcess gets `"program" arguments` as one text. Wine makes that text from words, which keeps it as it is only
 * when no word needs quotes; any other line goes through a batch file, which also tells all 32 bits of the exit code.
 *
 * Trap: cmd.exe of Wine 8 misreads an escaped ">" after a digit, so a line that can go as words does.
 */
export function wineCommand(
  programPath: string,
  args: string,
  environment: readonly string[],
  exitCodeFile: string,
): WineCommand {
  const needsQuotes = /["\t\r\n]| {2}|^ | $/.test(args);
  if (!needsQuotes) return { kind: "words", words: [programPath, ...args.split(" ").filter((word) => word !== "")] };
  const settings = environment.filter((entry) => overridden.test(entry)).map((entry) => `@set "${doubled(entry)}"`);
  const line = `@"${doubled(programPath)}" ${escapeForBatch(args)}`;
  return { kind: "batch", text: [...settings, line, `@echo %errorlevel%>"${exitCodeFile}"`, ""].join("\r\n") };
}

/** Outside quotes cmd reads operators, which a caret takes their meaning from; percent signs count everywhere. */
function escapeForBatch(args: string): string {
  let isQuoted = false;
  let text = "";
  for (const character of args.replace(/[\r\n]+/g, " ")) {
    if (character === '"') isQuoted = !isQuoted;
    text += !isQuoted && /[&|<>^()]/.test(character) ? `^${character}` : doubled(character);
  }
  return text;
}

function doubled(text: string): string {
  return text.replaceAll("%", "%%");
}
