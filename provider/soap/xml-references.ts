const predefinedEntities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Replaces the five predefined entities and character references; throws for any other use of `&` (XML 1.0, 4.1). */
export function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&\s]{0,12};)?/g, (_whole, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? "";
    const character = Object.hasOwn(predefinedEntities, name) ? predefinedEntities[name] : characterOf(name);
    if (character === undefined) throw new Error(`&${name}; is not an entity of XML`);
    return character;
  });
}

function characterOf(name: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (digits === null) return undefined;
  const codePoint = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return isCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}

/** The production Char of XML 1.0. */
function isCharacter(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x9 || codePoint === 0xa || codePoint === 0xd;
  return (
    codePoint <= 0xd7ff ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    (codePoint >= 0x10000 && codePoint <= 0x10ffff)
  );
}
