import type { Finding } from "./finding";
import type { GuestEnvCheckInputs, GuestEnvCheckTask, VariableExpectation } from "./schema";
import { isTextAsExpected, textExpectationInWords } from "./text-expectation";

/** Reads the variables that are asked for, all by one request. */
export async function readVariables({ guest, want, op }: GuestEnvCheckTask): Promise<ReadonlyMap<string, string>> {
  const names = Object.keys(want.variables ?? {});
  return names.length === 0 ? new Map<string, string>() : guest.environment(names, op);
}

export function variableFindings(
  want: GuestEnvCheckInputs,
  found: ReadonlyMap<string, string>,
  isSecret: boolean,
): Finding[] {
  return Object.entries(want.variables ?? {}).map(([name, expected]) => {
    const value = found.get(name);
    return {
      subject: `variable ${name}`,
      expected: inWords(expected, isSecret),
      found: value === undefined ? "is not set" : isSecret ? "is set to a secret" : `is ${JSON.stringify(value)}`,
      met: isMet(expected, value),
    };
  });
}

function isMet(expected: VariableExpectation, value: string | undefined): boolean {
  if (typeof expected === "object" && "absent" in expected) return value === undefined;
  return value !== undefined && isTextAsExpected(expected, value);
}

function inWords(expected: VariableExpectation, isSecret: boolean): string {
  if (typeof expected === "object" && "absent" in expected) return "to be absent";
  return isSecret ? "a secret value" : textExpectationInWords(expected);
}
