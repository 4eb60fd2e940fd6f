import { anyCase, escapedClasses, literal } from "./pcre-character-classes";
import { translateClass } from "./pcre-class";
import { PatternReader, PatternSyntaxError } from "./pattern-reader";

/** Options that inline settings such as `(?i)` switch. */
interface Options {
  i: boolean;
  m: boolean;
  s: boolean;
  x: boolean;
}

const nestingLimit = 200;

/**
 * Translates a PCRE2 pattern, with UTF and Unicode properties as the agent compiles it, into a JavaScript expression
 * under the `u` flag. Throws PatternSyntaxError.
 *
 * Traps: "$" also matches before a final newline, "." is everything but newline, "\u" does not exist. Possessive and
 * atomic groups become a lookahead with a backreference, so group numbers are mapped.
 */
export function translatePcre(pattern: string): RegExp {
  const source = new Translation(pattern).translate();
  try {
    return new RegExp(source, "u");
  } catch (error) {
    throw new PatternSyntaxError(error instanceof Error ? error.message : String(error));
  }
}

class Translation {
  readonly #reader: PatternReader;
  readonly #groupNumbers: number[] = [];
  readonly #groupNames = new Map<string, number>();
  #javascriptGroups = 0;
  #nesting = 0;

  constructor(pattern: string) {
    this.#reader = new PatternReader(pattern);
  }

  translate(): string {
    const source = this.#alternatives({ i: false, m: false, s: false, x: false });
    if (!this.#reader.atEnd()) throw new PatternSyntaxError("unmatched )");
    return source.replace(/\uE000(\d+)\uE000/g, (_, group: string) => this.#backreference(Number(group)));
  }

  #alternatives(outer: Options): string {
    if (++this.#nesting > nestingLimit) throw new PatternSyntaxError("too deeply nested");
    const options = { ...outer };
    let source = "";
    while (!this.#reader.atEnd() && this.#reader.peek() !== ")") {
      source += this.#reader.take("|") ? "|" : this.#quantified(options);
    }
    this.#nesting--;
    return source;
  }

  #quantified(options: Options): string {
    if (options.x && this.#reader.takeMatch(/\s+|#[^\n]*\n?/y)) return "";
    const firstGroup = this.#javascriptGroups;
    const atom = this.#atom(options);
    const quantifier = this.#reader.takeMatch(/[*+?]|\{\d+(?:,\d*)?\}/y)?.[0];
    if (quantifier === undefined) return atom;
    if (atom === "") throw new PatternSyntaxError("quantifier without anything to repeat");
    const repeated = /^\(\?[=!<]/.test(atom) ? `(?:${atom})${quantifier}` : `${atom}${quantifier}`;
    if (this.#reader.take("?")) return `${repeated}?`;
    return this.#reader.take("+") ? this.#atomic(repeated, firstGroup) : repeated;
  }

  #atom(options: Options): string {
    const quoted = this.#reader.takeMatch(/\\Q(.*?)(?:\\E|$)/sy);
    if (quoted) return [...(quoted[1] ?? "")].map((character) => this.#character(character, options)).join("");
    if (this.#reader.take("\\E")) return "";
    const character = this.#reader.next();
    switch (character) {
      case "\\":
        return this.#escape(this.#reader.next(), options);
      case "[":
        return translateClass(this.#reader, options.i);
      case "(":
        return this.#group(options);
      case ".":
        return options.s ? "[^]" : "[^\\n]";
      case "^":
        return options.m ? "(?<![^\\n])" : "^";
      case "$":
        return options.m ? "(?![^\\n])" : "(?=\\n?$)";
      case "*":
      case "+":
      case "?":
        throw new PatternSyntaxError("quantifier without anything to repeat");
      default:
        return this.#character(character, options);
    }
  }

  #escape(escape: string, options: Options): string {
    const isNegated = escape !== escape.toLowerCase();
    const members = escapedClasses[escape.toLowerCase()];
    if (members !== undefined) return `[${isNegated ? "^" : ""}${members}]`;
    if (/[1-9]/.test(escape)) return this.#reference(escape + (this.#reader.takeMatch(/\d/y)?.[0] ?? ""));
    switch (escape) {
      case "A":
        return "(?<![^])";
      case "z":
        return "(?![^])";
      case "Z":
        return "(?=\\n?(?![^]))";
      case "b":
        return "(?:(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_]))";
      case "B":
        return "(?:(?<=[\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_]))";
      case "N":
        return "[^\\n]";
      case "R":
        return "(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])";
      case "p":
      case "P":
        return this.#reader.property(escape);
      case "g":
        return this.#reference(this.#reader.takeMatch(/\{?(-?\w+)\}?/y)?.[1] ?? "");
      case "k":
        return this.#reference(this.#reader.takeMatch(/[{<'](\w+)[}>']/y)?.[1] ?? "");
      default:
        return this.#character(this.#reader.escapedCharacter(escape), options);
    }
  }

  #group(options: Options): string {
    const reader = this.#reader;
    if (reader.takeMatch(/\?#[^)]*\)/y)) return "";
    const named = reader.takeMatch(/\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y);
    if (named) return this.#capture(options, named[1] ?? named[2]);
    if (reader.take("?P=")) return this.#closed(this.#reference(reader.takeMatch(/\w+/y)?.[0] ?? ""));
    const look = reader.takeMatch(/\?(?:<?[=!])/y)?.[0];
    if (look !== undefined) return this.#closed(`(${look}${this.#alternatives(options)})`);
    if (reader.take("?>")) return this.#closed(this.#atomicGroup(options));
    const settings = reader.takeMatch(/\?([imsx]*)(?:-([imsx]*))?([:)])/y);
    if (settings) return this.#settings(options, settings);
    if (reader.peek() === "?" || reader.peek() === "*")
      throw new PatternSyntaxError("this kind of group is not supported");
    return this.#capture(options, undefined);
  }

  #settings(options: Options, [, on = "", off = "", end]: RegExpExecArray): string {
    const target = end === ")" ? options : { ...options };
    for (const letter of on) target[letter as keyof Options] = true;
    for (const letter of off) target[letter as keyof Options] = false;
    return end === ")" ? "" : this.#closed(`(?:${this.#alternatives(target)})`);
  }

  #capture(options: Options, name: string | undefined): string {
    this.#groupNumbers.push(++this.#javascriptGroups);
    if (name !== undefined) this.#groupNames.set(name, this.#groupNumbers.length);
    return this.#closed(`(${this.#alternatives(options)})`);
  }

  #atomicGroup(options: Options): string {
    const number = ++this.#javascriptGroups;
    return `(?:(?=(${this.#alternatives(options)}))\\${number})`;
  }

  /** Groups inside move up by the one that is put around them. */
  #atomic(source: string, groupsBefore: number): string {
    for (const [index, number] of this.#groupNumbers.entries()) {
      if (number > groupsBefore) this.#groupNumbers[index] = number + 1;
    }
    this.#javascriptGroups++;
    return `(?:(?=(${source}))\\${groupsBefore + 1})`;
  }

  #closed(source: string): string {
    this.#reader.expect(")");
    return source;
  }

  /** Numbers are only known at the end, so a mark stands for the group. */
  #reference(group: string): string {
    const number = /^-\d+$/.test(group) ? this.#groupNumbers.length + 1 + Number(group) : Number(group);
    const known = Number.isNaN(number) ? this.#groupNames.get(group) : number;
    if (known === undefined || known < 1)
      throw new PatternSyntaxError(`reference to a group that is not there: ${group}`);
    return `\uE000${known}\uE000`;
  }

  #backreference(group: number): string {
    const number = this.#groupNumbers[group - 1];
    if (number === undefined) throw new PatternSyntaxError(`reference to a group that is not there: ${group}`);
    return `(?:\\${number})`;
  }

  #character(character: string, options: Options): string {
    return options.i ? `[${anyCase(character)}]` : literal(character);
  }
}
