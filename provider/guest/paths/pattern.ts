import type { GuestFamily } from "../guest";

/**
 * PCRE limits a compiled pattern to 64 KiB, and all input of a guest operation together to 60,000 bytes
 * (docs/reference/guest-operations.md#every-operation): names of one pattern stay far below both.
 */
const patternBytesLimit = 12_000;

/**
 * Patterns that together match exactly the given base names, each an anchored alternation
 * (docs/reference/guest-operations.md#one-object-by-its-name).
 */
export function patternsFor(names: readonly string[], family: GuestFamily): { pattern: string; names: string[] }[] {
  const batches: { names: string[]; alternatives: string[]; bytes: number }[] = [];
  for (const name of names) {
    const alternative = escapePattern(name, family);
    const bytes = Buffer.byteLength(alternative) + 1;
    let batch = batches.at(-1);
    if (batch === undefined || batch.bytes + bytes > patternBytesLimit) {
      batches.push((batch = { names: [], alternatives: [], bytes: 0 }));
    }
    batch.names.push(name);
    batch.alternatives.push(alternative);
    batch.bytes += bytes;
  }
  return batches.map((batch) => ({ pattern: `^(?:${batch.alternatives.join("|")})$`, names: batch.names }));
}

/**
 * The pattern that matches the text alone. Only metacharacters are escaped, which PCRE and JavaScript read alike. On
 * Windows each letter matches in both cases, without the `(?i)` that not every server knows.
 */
export function escapePattern(text: string, family: GuestFamily): string {
  const escaped = text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
  return family === "windows" ? escaped.replace(/\p{L}/gu, eitherCase) : escaped;
}

function eitherCase(letter: string): string {
  const lower = letter.toLowerCase();
  const upper = letter.toUpperCase();
  return lower !== upper && lower.length === 1 && upper.length === 1 ? `[${lower}${upper}]` : letter;
}
