import { allDone } from "../../operation/all-done";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { loginFindings, privilegeFindings } from "./access-expectations";
import { elevationFindings } from "./elevation-expectations";
import { describeFinding, type Finding } from "./finding";
import { pathFindings } from "./path-expectations";
import { processFindings } from "./process-expectations";
import type { GuestEnvCheckInputs, GuestEnvCheckState } from "./schema";
import { spaceFindings } from "./space-expectations";
import { systemFindings } from "./system-expectations";
import { formatToolsVersion } from "../../vocabulary/tools-version";
import { readVariables, variableFindings } from "./variable-expectations";

/** Looks at all that is expected, everything at once, and tells what was found of each. */
export async function look(guest: Guest, want: GuestEnvCheckInputs, op: Operation): Promise<GuestEnvCheckState> {
  const login = await loginFindings(guest, want, op);
  if (login.some(({ met }) => !met)) return stateOf(guest, want, new Map(), [...login, ...systemFindings(guest, want)]);
  const [variables, ...others] = await allDone([
    readVariables(guest, want, op),
    pathFindings(guest, want, op),
    spaceFindings(guest, want, op),
    processFindings(guest, want, op),
    privilegeFindings(guest, want, op),
    elevationFindings(guest, want, op),
  ]);
  return stateOf(guest, want, variables, [
    ...login,
    ...systemFindings(guest, want),
    ...variableFindings(want, variables, op.secretInputs.has("variables")),
    ...others.flat(),
  ]);
}

function stateOf(
  guest: Guest,
  want: GuestEnvCheckInputs,
  found: ReadonlyMap<string, string>,
  report: readonly Finding[],
): GuestEnvCheckState {
  const { variables, guestFamily, guestId, guestFullName, ...rest } = want;
  const failures = report.filter(({ met }) => !met).map(describeFinding);
  return {
    ...rest,
    instanceUuid: guest.vm.instanceUuid,
    expected: present({ variables, guestFamily, guestId, guestFullName }),
    ...present({
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

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
