import type { ResourceKind } from "../resource-kind";
import { convergeGuestProgramRun } from "./converge";
import { createCommand } from "./execute";
import { broughtByRun, lookAheadOfGuestProgramRun, observeGuestProgramRun } from "./observe";
import { removeGuestProgramRun, undoPlace } from "./remove";
import {
  type GuestProgramRunInputs,
  type GuestProgramRunState,
  guestProgramRunInputs,
  guestProgramRunState,
} from "./schema";

/** A program run in a guest, with exit code and outputs. */
export const guestProgramRun: ResourceKind<GuestProgramRunInputs, GuestProgramRunState, "GuestProgramRun"> = {
  token: "GuestProgramRun",
  description:
    "A program or script run in the guest operating system of a virtual machine: at create, again when inputs or triggers change or " +
    "a guard asks for it, and optionally at delete. Exit code, stdout and stderr come back as outputs.",
  example: {
    title: "A restart whenever a file changes",
    typescript: `
const conf = new guest.GuestFile("conf", { vm: "web-1", path: "/etc/app.conf", content: "listen = 8080\\n" });
new guest.GuestProgramRun("restart", {
  vm: "web-1",
  program: "/usr/bin/systemctl",
  arguments: ["restart", "app"],
  triggers: [conf.changedAt],
});`,
    yaml: `
  conf:
    type: vsphere-guest:GuestFile
    properties: { vm: web-1, path: /etc/app.conf, content: "listen = 8080" }
  restart:
    type: vsphere-guest:GuestProgramRun
    properties:
      vm: web-1
      program: /usr/bin/systemctl
      arguments: [restart, app]
      triggers: ["\${conf.changedAt}"]`,
  },
  inputs: guestProgramRunInputs,
  state: guestProgramRunState,
  whereUnrecorded: { stdout: "", stderr: "", succeeded: true, created: true },
  id: (vm, inputs) => `${vm.instanceUuid}:${label(inputs)}`,
  parseId: () => ({}),
  lookAhead: lookAheadOfGuestProgramRun,
  brings: broughtByRun,
  place: undoPlace,
  observe: observeGuestProgramRun,
  converge: convergeGuestProgramRun,
  needsRemoval: (have) => have.delete !== undefined,
  remove: removeGuestProgramRun,
};

function label(inputs: GuestProgramRunInputs): string {
  const { input, command } = createCommand(inputs);
  return typeof command === "object" && "program" in command ? command.program : input;
}
