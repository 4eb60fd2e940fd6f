import { familyOf } from "../../guest/paths/normal-path";

const placeholder = "{path}";

/**
 * Why a validateCommand can't be used for a file at `path`: a placeholder within quotes. What it stands for is quoted by us, and
 * quotes around that end where ours begin, so that a file's name would be run as a command. Undefined where all is well.
 */
export function quotedPlaceholder(command: string, path: string): string | undefined {
  const quotes = familyOf(path) === "windows" ? ['"'] : ['"', "'"];
  let open: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at);
    if (open !== undefined && command.startsWith(placeholder, at)) return inQuotes;
    if (character === "\\" && quotes.length > 1 && open !== "'") at++;
    else if (character === open) open = undefined;
    else if (open === undefined && quotes.includes(character)) open = character;
  }
  return undefined;
}

const inQuotes =
  "must not have {path} within quotes: it is quoted already, as one word, whatever the path holds. Write nginx -t -c {path}";
