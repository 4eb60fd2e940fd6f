import { escapedCharacters } from "./pcre-character-classes";

/** The text is no PCRE pattern, or uses a construct that JavaScript cannot express. */
export class PatternSyntaxError extends Error {
  override readonly name = "PatternSyntaxError";
}

/** Reads a pattern character by character. */
export class PatternReader {
  readonly #characters: readonly string[];
  #position = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  atEnd(): boolean {
    return this.#position >= this.#characters.length;
  }

  /** The character ahead, "" at the end. */
  peek(offset = 0): string {
    return this.#characters[this.#position + offset] ?? "";
  }

  next(): string {
    const character = this.#characters[this.#position++];
    if (character === undefined) throw new PatternSyntaxError("the pattern ends too early");
    return character;
  }

  /** Skips this text if it is next. */
  take(text: string): boolean {
    const expected = [...text];
    if (!expected.every((character, offset) => this.peek(offset) === character)) return false;
    this.#position += expected.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new PatternSyntaxError(`"${text}" is missing`);
  }

  /** Skips what a sticky expression matches here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = 0;
    const match = expression.exec(this.#characters.slice(this.#position).join(""));
    if (match === null) return undefined;
    this.#position += [...match[0]].length;
    return match;
  }

  /** `\p{..}` or `\P{..}`, the reader standing behind the letter. */
  property(letter: string): string {
    const match = this.takeMatch(/\{(\^?)([A-Za-z_]+)\}|([A-Z])/y);
    if (!match) throw new PatternSyntaxError(`malformed \\${letter}`);
    const negated = (letter === "P") !== (match[1] === "^");
    const name = match[2] ?? match[3] ?? "";
    const text = `\\${negated ? "P" : "p"}{${name.length > 2 && name !== "Any" ? `Script=${name}` : name}}`;
    if (!isRegExp(text)) throw new PatternSyntaxError(`unknown property ${name}`);
    return text;
  }

  /** The character that an escape stands for, the reader standing behind its first letter. */
  escapedCharacter(escape: string): string {
    const named = escapedCharacters[escape];
    if (named !== undefined) return named;
    if (escape === "x") return fromCode(this.takeMatch(/\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2})/y), 16);
    if (escape === "o") return fromCode(this.takeMatch(/\{([0-7]+)\}/y), 8);
    if (escape === "0") return fromCode(this.takeMatch(/([0-7]{0,2})/y), 8);
    if (/[A-Za-z0-9]/.test(escape)) throw new PatternSyntaxError(`unknown escape \\${escape}`);
    return escape;
  }
}

function fromCode(match: RegExpExecArray | undefined, radix: number): string {
  const digits = match?.[1] ?? match?.[2];
  if (digits === undefined) throw new PatternSyntaxError("malformed character code");
  const code = digits === "" ? 0 : parseInt(digits, radix);
  if (code > 0x10ffff) throw new PatternSyntaxError("character code too large");
  return String.fromCodePoint(code);
}

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source, "u").source !== "";
  } catch {
    return false;
  }
}
