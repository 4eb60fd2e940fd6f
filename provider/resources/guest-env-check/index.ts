import { isDeepStrictEqual } from "node:util";
import { GuestError } from "../../errors/guest-error";
import type { Guest } from "../../guest/guest";
import type { Operation } from "../../guest/operation";
import type { Difference, Observed, ResourceKind } from "../resource-kind";
import { look } from "./look";
import { type GuestEnvCheckInputs, type GuestEnvCheckState, guestEnvCheckInputs, guestEnvCheckState } from "./schema";

/** An environment gate: what must hold in a guest before the rest of a program goes on. */
export const guestEnvCheck: ResourceKind<GuestEnvCheckInputs, GuestEnvCheckState> = {
  token: "GuestEnvCheck",
  description:
    "Expectations on a guest: environment variables, operating system, VMware Tools, paths. Looked at on each deploy; all that is not " +
    "met is reported at once. It changes nothing in the guest.",
  inputs: guestEnvCheckInputs,
  state: guestEnvCheckState,
  inputsOf,
  id: (vm) => `${vm.instanceUuid}:environment`,
  parseId: () => ({}),
  observe,
  converge,
  remove: async () => {},
};

function inputsOf(state: GuestEnvCheckState): GuestEnvCheckInputs {
  const {
    expected,
    instanceUuid: _uuid,
    variables: _variables,
    guestFamily: _family,
    toolsVersion: _tools,
    satisfied: _is,
    failures: _f,
    ...rest
  } = state;
  return { ...rest, ...expected };
}

async function observe(
  guest: Guest,
  want: GuestEnvCheckInputs,
  recorded: GuestEnvCheckState | undefined,
  op: Operation,
): Promise<Observed<GuestEnvCheckState>> {
  const found = await look(guest, want, op);
  return { exists: true, state: found, drift: recorded === undefined ? [] : changes(recorded, found) };
}

/** What came out otherwise than at the last look. */
function changes(recorded: GuestEnvCheckState, found: GuestEnvCheckState): Difference[] {
  const news = found.failures.filter((failure) => !recorded.failures.includes(failure));
  const settled = recorded.failures.filter((failure) => !found.failures.includes(failure));
  const differences: Difference[] = [
    ...news.map((reason) => ({ property: "satisfied", reason })),
    ...settled.map((failure) => ({ property: "satisfied", reason: `no longer so: ${failure}` })),
  ];
  if (differences.length > 0) return differences;
  const same = isDeepStrictEqual(recorded.variables, found.variables) && recorded.toolsVersion === found.toolsVersion;
  return same ? [] : [{ property: "variables", reason: "values in the guest changed; expectations are met as before" }];
}

async function converge(
  guest: Guest,
  want: GuestEnvCheckInputs,
  _have: GuestEnvCheckState | undefined,
  op: Operation,
): Promise<GuestEnvCheckState> {
  const found = await look(guest, want, op);
  if (found.satisfied) return found;
  const report = `${guest.vm.name}: ${found.failures.length} of the expectations on the guest are not met:\n${found.failures.map((line) => `  - ${line}`).join("\n")}`;
  if (want.onFailure !== "warn")
    throw new GuestError(
      "EXPECTATION_FAILED",
      `${report}\nPut these right in the guest, or set onFailure: "warn" to go on.`,
    );
  op.log.warn(report);
  return found;
}
