import { pathKey } from "../../guest/paths/normal-path";
import type { Place, RemovalTask, ResourceKind } from "../resource-kind";
import { convergeMachineCustomization, isRecordable } from "./converge";
import { lookAheadOfMachineCustomization, observeMachineCustomization } from "./observe";
import {
  type MachineCustomizationInputs,
  type MachineCustomizationState,
  machineCustomizationInputs,
  machineCustomizationState,
} from "./schema";
import { madeSteps, taskOf } from "./steps";

/** All that one machine is to have, as one resource that may record a failure instead of failing. */
export const machineCustomization: ResourceKind<
  MachineCustomizationInputs,
  MachineCustomizationState,
  "MachineCustomization"
> = {
  token: "MachineCustomization",
  description:
    "All that one machine is to have, as one resource: powered on if need be, directories and files copied, programs run, their logs brought back. A " +
    "GuestCustomization has one for each of its machines. A failure may be recorded instead of failing the deploy (`onFailure`).",
  example: {
    title: "An application on one machine",
    typescript: `
const app = new guest.MachineCustomization("app", {
  vm: "web-1",
  powerOn: true,
  directories: [{ path: "/opt/app", source: "./app" }],
  files: [{ path: "/etc/app.conf", content: "listen = 8080\\n" }],
  programs: [{ script: "sh /opt/app/install.sh >/var/log/install.log 2>&1", logPaths: ["/var/log/install.log"] }],
});`,
    yaml: `
  app:
    type: vsphere-guest:MachineCustomization
    properties:
      vm: web-1
      powerOn: true
      directories: [{ path: /opt/app, source: ./app }]
      files: [{ path: /etc/app.conf, content: "listen = 8080" }]
      programs:
        - script: sh /opt/app/install.sh >/var/log/install.log 2>&1
          logPaths: [/var/log/install.log]`,
  },
  inputs: machineCustomizationInputs,
  state: machineCustomizationState,
  whereUnrecorded: { succeeded: true, steps: [], logs: {}, made: {} },
  id: (vm) => `${vm.instanceUuid}:customization`,
  parseId: () => ({}),
  place,
  lookAhead: lookAheadOfMachineCustomization,
  preparesMachine: (want) => (want.powerOn === true ? "powerOn" : undefined),
  failed,
  unfinished: (have) => (have.succeeded ? undefined : `the last up failed: ${have.failure ?? "no reason is recorded"}`),
  observe: observeMachineCustomization,
  converge: convergeMachineCustomization,
  needsRemoval: (have) => Object.keys(have.made).length > 0,
  remove,
};

/** Directories and files count as declared: another resource that has one is refused by both names. */
function place({ directories = [], files = [] }: MachineCustomizationInputs): Place | undefined {
  const copies = [...directories, ...files].map(({ path }) => pathKey(path));
  return copies.length === 0 ? undefined : { key: `customization:${copies.join("|")}`, isExclusive: true, copies };
}

/** What is recorded where the machine could not even be worked in. */
function failed(
  want: MachineCustomizationInputs,
  have: MachineCustomizationState | undefined,
  error: Error,
): MachineCustomizationState | undefined {
  if (want.onFailure !== "record" || !isRecordable(error)) return undefined;
  const { made = {}, logs = {} } = have ?? {};
  return { ...want, instanceUuid: "", succeeded: false, failure: error.message, steps: [], logs, made };
}

/** Takes away what was made, the last first. */
async function remove(task: RemovalTask<MachineCustomizationState>): Promise<void> {
  const { have, others } = task;
  for (const { step, made } of madeSteps(have)) {
    if (step.kind.needsRemoval?.(made.state) === false) continue;
    const { guest, op, others: own } = taskOf(step, task, others, made.state);
    await step.kind.remove({ guest, have: made.state, others: own, op });
  }
}
