import { createContext, Script } from "node:vm";
import { VixError } from "../guest-agent";
import { vixErrors } from "../vix";
import { PatternSyntaxError } from "./pattern-reader";
import { translatePcre } from "./pcre-to-javascript";

/** Keeps the names that a match pattern finds something in. */
export type NameFilter = (names: readonly string[]) => readonly string[];

const patternLimitCharacters = 4096;
const timeLimitMs = 500;
const cacheSize = 200;
const compiled = new Map<string, RegExp>();

/** Compiles a `matchPattern`, a PCRE search; VIX 3 when it is no pattern. */
export function compileNameFilter(pattern: string | undefined): NameFilter {
  if (pattern === undefined || pattern === "") return (names) => names;
  const expression = compile(pattern);
  if (isSurelyFast(pattern)) return (names) => names.filter((name) => expression.test(name));
  return (names) => {
    const deadlineMs = Date.now() + timeLimitMs;
    return names.filter((name) => testUntil(expression, name, deadlineMs));
  };
}

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > patternLimitCharacters) throw new VixError(vixErrors.INVALID_ARGUMENT, "pattern too long");
  try {
    const expression = translatePcre(pattern);
    if (compiled.size >= cacheSize) compiled.clear();
    compiled.set(pattern, expression);
    return expression;
  } catch (error) {
    if (error instanceof PatternSyntaxError) throw new VixError(vixErrors.INVALID_ARGUMENT, error.message);
    throw error;
  }
}

/** Without repetition there is nothing to backtrack over; one repetition is linear in a name. */
function isSurelyFast(pattern: string): boolean {
  return (pattern.match(/[*+{?]/g)?.length ?? 0) <= 1 && !/\\[1-9gk]/.test(pattern);
}

const sandbox = createContext({ expression: /./u, name: "" });
const script = new Script("expression.test(name)");

/**
 * A pattern that runs away in backtracking finds nothing, as with PCRE's own limit
 * (docs/reference/guest-operations.md#patterns).
 */
function testUntil(expression: RegExp, name: string, deadlineMs: number): boolean {
  sandbox["expression"] = expression;
  sandbox["name"] = name;
  try {
    return script.runInContext(sandbox, { timeout: Math.max(1, deadlineMs - Date.now()) }) === true;
  } catch {
    return false;
  }
}
