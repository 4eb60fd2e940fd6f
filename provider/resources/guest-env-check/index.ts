import { isDeepStrictEqual } from "node:util";
import { GuestError } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import type { Difference, Observed, ResourceKind } from "../resource-kind";
import { isLoginRefused } from "./access-expectations";
import { formatReport } from "./finding";
import { look } from "./look";
import { lookAheadOfGuestEnvCheck } from "./look-ahead";
import {
  type GuestEnvCheckInputs,
  type GuestEnvCheckState,
  type GuestEnvCheckTask,
  guestEnvCheckInputs,
  guestEnvCheckState,
} from "./schema";

/** An environment gate: what must hold in a guest before the rest of a program goes on. */
export const guestEnvCheck: ResourceKind<GuestEnvCheckInputs, GuestEnvCheckState, "GuestEnvCheck"> = {
  token: "GuestEnvCheck",
  description:
    "Expectations on a guest: environment variables, operating system, VMware Tools, paths, processes, free space, privileges. Looked at on each deploy; all that is not " +
    "met is reported at once. It changes nothing in the guest.",
  example: {
    title: "A gate before other work",
    typescript: `
const gate = new guest.GuestEnvCheck("gate", {
  vm: "web-1",
  guestFamily: "linuxGuest",
  variables: { PATH: { matches: "/usr/bin" }, http_proxy: { absent: true } },
  paths: { "/bin/sh": "present" },
});`,
    yaml: `
  gate:
    type: vsphere-guest:GuestEnvCheck
    properties:
      vm: web-1
      guestFamily: linuxGuest
      variables: { PATH: { matches: /usr/bin }, http_proxy: { absent: true } }
      paths: { /bin/sh: present }`,
  },
  inputs: guestEnvCheckInputs,
  state: guestEnvCheckState,
  inputsOf,
  id: (vm) => `${vm.instanceUuid}:environment`,
  parseId: () => ({}),
  lookAhead: lookAheadOfGuestEnvCheck,
  observe,
  converge,
  needsRemoval: () => false,
  remove: async () => {},
};

function inputsOf(state: GuestEnvCheckState): GuestEnvCheckInputs {
  const names = Object.keys(guestEnvCheckInputs.shape);
  const { expected, variables: _variables, guestFamily: _family, guestId: _id, guestFullName: _name, ...rest } = state;
  const inputs = Object.entries(rest).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(inputs), ...expected } as GuestEnvCheckInputs;
}

async function observe(task: GuestEnvCheckTask): Promise<Observed<GuestEnvCheckState>> {
  const found = await look(task);
  return { exists: true, state: found, drift: task.have === undefined ? [] : changes(task.have, found) };
}

/** What came out otherwise than at the last look. */
function changes(recorded: GuestEnvCheckState, found: GuestEnvCheckState): Difference[] {
  const news = found.failures.filter((failure) => !recorded.failures.includes(failure));
  const settled = recorded.failures.filter((failure) => !found.failures.includes(failure));
  const differences: Difference[] = [
    ...news.map((reason) => ({ property: "satisfied", reason: notMetNow(reason) })),
    ...settled.map((failure) => ({ property: "satisfied", reason: `no longer so: ${failure}` })),
  ];
  if (differences.length > 0) return differences;
  const same = isDeepStrictEqual(recorded.variables, found.variables) && recorded.toolsVersion === found.toolsVersion;
  return same ? [] : [{ property: "variables", reason: "values in the guest changed; expectations are met as before" }];
}

/** In a preview what the check depends on has not been put right yet. */
function notMetNow(failure: string): string {
  return `not met now: ${failure}; up looks again after what this check depends on`;
}

async function converge(task: GuestEnvCheckTask): Promise<GuestEnvCheckState> {
  const { guest, want, op } = task;
  const found = await lookUntilSatisfied(task);
  const where = guest.vm.name;
  if (found.satisfied) {
    op.log.debug(`${where}: all expectations on the guest are met\n${formatReport(found.report)}`);
    return found;
  }
  const number = `${found.failures.length} of ${found.report.length}`;
  const report = `${where}: ${number} expectations on the guest are not met:\n${formatReport(found.report)}`;
  if (want.onFailure !== "warn") {
    throw new GuestError(
      "EXPECTATION_FAILED",
      `${report}\nPut these right in the guest, or set onFailure: "warn" to go on.`,
    );
  }
  op.log.warn(report);
  return found;
}

/** Looks again, at growing intervals, while expectations are not met, may yet be, and `waitSeconds` are not over. */
async function lookUntilSatisfied(task: GuestEnvCheckTask): Promise<GuestEnvCheckState> {
  const { want, op } = task;
  const until = Math.min(Date.now() + (want.waitSeconds ?? 0) * 1000, op.deadlineMs);
  const pauses = new Pauses({ firstMs: 500, longestMs: 5_000 });
  for (;;) {
    const found = await look(task);
    if (found.satisfied || isLoginRefused(found.report) || !pauses.fitBefore(until)) return found;
    await pauses.pass(op.signal);
  }
}
