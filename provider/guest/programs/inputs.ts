import { GuestError } from "../../errors/guest-error";

/**
 * What a run is given may travel in the request itself or as a file in the run's room. All input of one guest
 * operation together may have 60,000 bytes (docs/reference/guest-operations.md#every-operation); the wrapper, the
 * credential and the quoting take a part.
 */
const carriedBytesLimit = 40_000;

/** One thing that a run is given. */
export interface RunInput {
  readonly name: "script" | "stdin" | "arguments" | "environment";
  /** Bytes as they would stand in the request. */
  readonly bytes: number;
  /** Secret, or with characters that a request cannot carry. */
  readonly mustTravelAsFile: boolean;
}

/** Names of the inputs that travel as files: those that must, and then the largest until the rest fits. */
export function inputsByFile(inputs: readonly RunInput[]): ReadonlySet<RunInput["name"]> {
  const byFile = new Set(inputs.filter((input) => input.mustTravelAsFile).map(({ name }) => name));
  const carried = inputs.filter(({ name }) => !byFile.has(name)).sort((a, b) => b.bytes - a.bytes);
  let total = carried.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of carried) {
    if (total <= carriedBytesLimit) break;
    byFile.add(name);
    total -= bytes;
  }
  return byFile;
}

/** True for text that XML 1.0, and so a request, can carry (docs/reference/protocol.md#envelope). */
export function isCarriable(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are the characters in question
  return !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text);
}

/** Environment names that every shell passes on; others would be dropped without a word. */
export function requireVariableNames(names: readonly string[]): void {
  const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (bad === undefined) return;
  throw new GuestError(
    "INVALID_INPUT",
    `environment: ${JSON.stringify(bad)} is no name of a variable. Use letters, digits and _, not beginning with a digit.`,
  );
}
