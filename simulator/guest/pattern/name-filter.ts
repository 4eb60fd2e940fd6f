import { VixError } from "../guest-agent";
import { VIX } from "../vix";

/** Keeps the names that a match pattern finds something in. */
export type NameFilter = (names: readonly string[]) => readonly string[];

/** Compiles a `matchPattern`; VIX 3 when it is no pattern. */
export function compileNameFilter(pattern: string | undefined): NameFilter {
  if (pattern === undefined || pattern === "") return (names) => names;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch {
    throw new VixError(VIX.INVALID_ARGUMENT, `not a pattern: ${pattern}`);
  }
  return (names) => names.filter((name) => expression.test(name));
}
