/**
 * What no terminal and no log is to get as it is: controls (ESC, BEL, CR, C1), which terminals obey; direction marks, which
 * make a line read otherwise than it is; other ends of lines. Line ends and tabs are fine.
 */
const obeyed =
  // eslint-disable-next-line no-control-regex -- these are the characters in question
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
/** What systems that run pipelines obey: `::error::` where a line begins, whatever blanks are before it, `##vso[…]` and `##[…]` anywhere. */
const commandAtStart = /^(\s*)(?=::|##)/;
const commandAnywhere = /##(?=\w*\[)/g;
/** Pulumi's engine takes `<{%…%}>` for a colour: one that it does not know ends it, one without an end hides the rest of the text. */
const colour = /<\{%/g;

/**
 * Text that others may have chosen (a guest's names and outputs, a server's messages), as it is printed: what would be obeyed is
 * shown (`\x1b`, `\u202e`), and nothing of it stands where a line begins. Each way out of the provider, the command line and the
 * simulator passes here, and nothing else has to think of it (docs/decisions/printed-text.md).
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(obeyed, shown)
    .replace(commandAnywhere, "#\\x23")
    .replace(colour, "<{\\x25")
    .split("\n")
    .map((line, at) => (at === 0 || line === "" || /^[ \t]/.test(line) ? line : `  ${line}`))
    .map((line) => line.replace(commandAtStart, "$1| "))
    .join("\n");
}

/** Text of a guest for a terminal, line by line as it is: what a terminal would obey is shown. */
export function withoutCommands(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(obeyed, shown);
}

/** True for text that may be printed as it is, as values are that Pulumi's engine prints by itself. */
export function isPrintable(text: string): boolean {
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  return lines.every((line) => printable(line) === line);
}

/** A name as one word of a line: quoted where it holds what would end the line, or would be shown otherwise. */
export function printableName(name: string): string {
  return name.includes("\n") || printable(name) !== name ? printable(JSON.stringify(name)) : name;
}

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
