/** PCRE2 character classes with Unicode properties, as members of a JavaScript class under the `u` flag. */
export const escapedClasses: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{N}_",
  s: "\\s\\x85",
  h: "\\t\\x20\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000",
  v: "\\n\\x0b\\f\\r\\x85\\u2028\\u2029",
};

/** `[[:name:]]` */
export const posixClasses: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "\\p{Nd}",
  alnum: "\\p{L}\\p{N}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: "\\s\\x85",
  blank: "\\t\\p{Zs}",
  cntrl: "\\p{Cc}",
  punct: "\\p{P}\\$+<=>^`|~",
  graph: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
  print: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}",
  word: "\\p{L}\\p{N}_",
  xdigit: "0-9A-Fa-f",
  ascii: "\\x00-\\x7f",
};

/** Escapes that stand for one character. */
export const escapedCharacters: Readonly<Record<string, string>> = {
  a: "\x07",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** A character as JavaScript pattern text, inside and outside of classes. */
export function literal(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (/^[\p{L}\p{N}_]$/u.test(character)) return character;
  return `\\u{${codePoint.toString(16)}}`;
}

/** All cases of a character, as members of a class. */
export function anyCase(character: string): string {
  const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  return [...cases]
    .filter((text) => [...text].length === 1)
    .map(literal)
    .join("");
}
