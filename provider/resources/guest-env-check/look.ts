import { given } from "../../values/given";
import { allDone } from "../../operation/all-done";
import { loginFindings, privilegeFindings } from "./access-expectations";
import { elevationFindings } from "./elevation-expectations";
import { describeFinding, type Finding, untellable, untoldWhereSecret } from "./finding";
import { pathFindings } from "./path-expectations";
import { processFindings } from "./process-expectations";
import type { GuestEnvCheckInputs, GuestEnvCheckState, GuestEnvCheckTask } from "./schema";
import { spaceFindings } from "./space-expectations";
import { systemFindings } from "./system-expectations";
import { formatToolsVersion } from "../../vocabulary/tools-version";
import { readVariables, variableFindings } from "./variable-expectations";

/** Looks at all that is expected, everything at once, and tells what was found of each. */
export async function look(task: GuestEnvCheckTask): Promise<GuestEnvCheckState> {
  const { want, op } = task;
  const login = await loginFindings(task);
  if (login.some(({ met }) => !met)) return stateOf(task, new Map(), [...login, ...systemFindings(task)]);
  const told = async (input: keyof GuestEnvCheckInputs, findings: Promise<Finding[]>) =>
    untoldWhereSecret(op.secretInputs, input, await findings.catch((error: unknown) => untellable(input, error)));
  let variables: ReadonlyMap<string, string> = new Map();
  const ofVariables = async () => {
    variables = await readVariables(task);
    return variableFindings(want, variables, op.secretInputs.has("variables"));
  };
  const others = await allDone([
    ofVariables().catch((error: unknown) => untellable("variables", error)),
    pathFindings(task),
    told("minimumFreeBytes", spaceFindings(task)),
    told("processes", processFindings(task)),
    told("privileges", privilegeFindings(task)),
    told("elevated", elevationFindings(task)),
  ]);
  return stateOf(task, variables, [...login, ...systemFindings(task), ...others.flat()]);
}

function stateOf(
  { guest, want }: GuestEnvCheckTask,
  found: ReadonlyMap<string, string>,
  report: readonly Finding[],
): GuestEnvCheckState {
  const { variables, guestFamily, guestId, guestFullName, ...rest } = want;
  const failures = report.filter(({ met }) => !met).map(describeFinding);
  return {
    ...rest,
    instanceUuid: guest.vm.instanceUuid,
    expected: given({ variables, guestFamily, guestId, guestFullName }),
    ...given({
      guestFamily: guest.system.guestFamily,
      guestId: guest.system.guestId,
      guestFullName: guest.system.guestFullName,
      toolsVersion: formatToolsVersion(guest.system.toolsVersion),
    }),
    variables: Object.fromEntries(found),
    report: [...report],
    satisfied: failures.length === 0,
    failures,
  };
}
