import { anyCase, escapedClasses, literal, posixClasses } from "./pcre-character-classes";
import { PatternSyntaxError, type PatternReader } from "./pattern-reader";

/** Translates a bracketed class; the reader stands behind its "[". Returns a JavaScript class. */
export function translateClass(reader: PatternReader, ignoreCase: boolean): string {
  const negated = reader.take("^");
  const members: string[] = [];
  for (let first = true; first || reader.peek() !== "]"; first = false) {
    if (reader.atEnd()) throw new PatternSyntaxError("missing ] of a character class");
    members.push(translateMember(reader, ignoreCase));
  }
  reader.expect("]");
  return `[${negated ? "^" : ""}${members.join("")}]`;
}

function translateMember(reader: PatternReader, ignoreCase: boolean): string {
  const posix = reader.takeMatch(/\[:(\^?)(\w+):\]/y);
  if (posix) return posixClass(posix[2] ?? "", posix[1] === "^");
  const quoted = reader.takeMatch(/\\Q(.*?)(?:\\E|$)/sy);
  if (quoted) return [...(quoted[1] ?? "")].map((character) => member(character, ignoreCase)).join("");
  const start = readAtom(reader);
  if (start.kind === "class") return start.text;
  if (reader.peek() !== "-" || reader.peek(1) === "]" || reader.peek(1) === "") return member(start.text, ignoreCase);
  reader.expect("-");
  const end = readAtom(reader);
  if (end.kind === "class") return `${member(start.text, ignoreCase)}\\-${end.text}`;
  return range(start.text, end.text, ignoreCase);
}

function readAtom(reader: PatternReader): { readonly kind: "character" | "class"; readonly text: string } {
  const character = reader.next();
  if (character !== "\\") return { kind: "character", text: character };
  const escape = reader.next();
  if (escape in escapedClasses) return { kind: "class", text: escapedClasses[escape] ?? "" };
  if (escape === "p" || escape === "P") return { kind: "class", text: reader.property(escape) };
  const upper = escape.toLowerCase();
  if (escape !== upper && upper in escapedClasses) return { kind: "class", text: negatedMembers(upper) };
  if (escape === "b") return { kind: "character", text: "\b" };
  return { kind: "character", text: reader.escapedCharacter(escape) };
}

function negatedMembers(name: string): string {
  const simple: Readonly<Record<string, string>> = { d: "\\P{Nd}", s: "\\S" };
  const text = simple[name];
  if (text === undefined) throw new PatternSyntaxError(`\\${name.toUpperCase()} inside a class is not supported`);
  return text;
}

function posixClass(name: string, negated: boolean): string {
  const members = posixClasses[name];
  if (members === undefined) throw new PatternSyntaxError(`unknown class [:${name}:]`);
  if (!negated) return members;
  const single = /^\\p(\{\w+\})$/.exec(members);
  if (!single) throw new PatternSyntaxError(`[:^${name}:] is not supported`);
  return `\\P${single[1]}`;
}

function member(character: string, ignoreCase: boolean): string {
  return ignoreCase ? anyCase(character) : literal(character);
}

function range(from: string, to: string, ignoreCase: boolean): string {
  const [start, end] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
  if (end < start) throw new PatternSyntaxError("range out of order in a character class");
  const plain = `${literal(from)}-${literal(to)}`;
  if (!ignoreCase || end - start > 0x400) return plain;
  const characters = Array.from({ length: end - start + 1 }, (_, offset) => String.fromCodePoint(start + offset));
  return characters.map(anyCase).join("");
}
