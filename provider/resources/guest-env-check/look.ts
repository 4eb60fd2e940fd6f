import type { Guest } from "../../guest/guest";
import type { Operation } from "../../guest/operation";
import { pathFailures } from "./path-expectation";
import type { GuestEnvCheckInputs, GuestEnvCheckState, VariableExpectation } from "./schema";
import { formatToolsVersion, isAtLeast } from "./tools-version";

/** Looks at all that is expected and tells everything that is not met; one request for all variables. */
export async function look(guest: Guest, want: GuestEnvCheckInputs, op: Operation): Promise<GuestEnvCheckState> {
  const names = Object.keys(want.variables ?? {});
  const [found, paths] = await Promise.all([
    names.length === 0 ? new Map<string, string>() : guest.environment(names, op),
    Promise.all(Object.entries(want.paths ?? {}).map(([path, expected]) => pathFailures(guest, path, expected, op))),
  ]);
  const { guestFamily } = guest.system;
  const toolsVersion = formatToolsVersion(guest.system.toolsVersion);
  const failures = [
    ...variableFailures(want, found, op.secretInputs.has("variables")),
    ...familyFailures(want.guestFamily, guestFamily),
    ...toolsFailures(want.minimumToolsVersion, toolsVersion),
    ...paths.flat(),
  ];
  const { variables, guestFamily: expectedFamily, ...rest } = want;
  return {
    ...rest,
    instanceUuid: guest.vm.instanceUuid,
    expected: {
      ...(variables === undefined ? {} : { variables }),
      ...(expectedFamily === undefined ? {} : { guestFamily: expectedFamily }),
    },
    variables: Object.fromEntries(found),
    ...(guestFamily === undefined ? {} : { guestFamily }),
    ...(toolsVersion === undefined ? {} : { toolsVersion }),
    satisfied: failures.length === 0,
    failures,
  };
}

function variableFailures(want: GuestEnvCheckInputs, found: ReadonlyMap<string, string>, secret: boolean): string[] {
  return Object.entries(want.variables ?? {}).flatMap(([name, expected]) => {
    const failure = variableFailure(expected, found.get(name), secret);
    return failure === undefined ? [] : [`variable ${name}: ${failure}`];
  });
}

function variableFailure(
  expected: VariableExpectation,
  value: string | undefined,
  secret: boolean,
): string | undefined {
  if (typeof expected === "object" && "absent" in expected)
    return value === undefined ? undefined : "is set, expected to be absent";
  if (value === undefined) return "is not set";
  if (isMet(expected, value)) return undefined;
  return secret ? "is not as expected" : `is ${JSON.stringify(value)}, expected ${inWords(expected)}`;
}

function isMet(expected: Exclude<VariableExpectation, { absent: true }>, value: string): boolean {
  if (typeof expected === "string") return value === expected;
  return "matches" in expected ? new RegExp(expected.matches, "u").test(value) : expected.oneOf.includes(value);
}

function inWords(expected: Exclude<VariableExpectation, { absent: true }>): string {
  if (typeof expected === "string") return JSON.stringify(expected);
  return "matches" in expected
    ? `a match of /${expected.matches}/`
    : `one of ${expected.oneOf.map((one) => JSON.stringify(one)).join(", ")}`;
}

function familyFailures(expected: string | undefined, found: string | undefined): string[] {
  if (expected === undefined || expected === found) return [];
  return [`guest family: is ${found ?? "not reported"}, expected ${expected}`];
}

function toolsFailures(minimum: string | undefined, found: string | undefined): string[] {
  if (minimum === undefined) return [];
  if (found === undefined) return [`VMware Tools: version is not reported, expected ${minimum} or newer`];
  return isAtLeast(found, minimum) ? [] : [`VMware Tools: version is ${found}, expected ${minimum} or newer`];
}
