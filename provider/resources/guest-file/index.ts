import { given } from "../../values/given";
import type { ResourceKind } from "../resource-kind";
import { attributeNames } from "../file-system/attributes";
import { lastingUnless } from "../file-system/changed-at";
import { contentInput, desiredContent } from "./content";
import { convergeGuestFile } from "./converge";
import { broughtWithParents } from "../file-system/look-ahead";
import { lookAheadOfGuestFile } from "./look-ahead";
import { observeGuestFile } from "./observe";
import { filePlace } from "./place";
import { removeGuestFile } from "./remove";
import { type GuestFileInputs, type GuestFileState, guestFileInputs, guestFileState } from "./schema";

/** A file in a guest: its content and attributes. */
export const guestFile: ResourceKind<GuestFileInputs, GuestFileState, "GuestFile"> = {
  token: "GuestFile",
  description:
    "A file in the guest operating system of a virtual machine: content, owner, mode. Written atomically through VMware Tools; " +
    "a change made in the guest shows in the next preview and is put right by the next up.",
  example: {
    title: "A configuration file",
    typescript: `
new guest.GuestFile("conf", {
  vm: "/DC0/vm/web-1",
  path: "/etc/app/app.conf",
  content: "listen = 8080\\n",
  mode: "0640",
  createParents: true,
});`,
    yaml: `
  conf:
    type: vsphere-guest:GuestFile
    properties:
      vm: /DC0/vm/web-1
      path: /etc/app/app.conf
      content: |
        listen = 8080
      mode: "0640"
      createParents: true`,
  },
  inputs: guestFileInputs,
  state: guestFileState,
  id: (vm, inputs) => `${vm.instanceUuid}:${inputs.path}`,
  parseId: (id) => ({ path: id.slice(id.indexOf(":") + 1) }),
  place: filePlace,
  foresee,
  lasting,
  lookAhead: lookAheadOfGuestFile,
  brings: broughtWithParents,
  observe: observeGuestFile,
  converge: convergeGuestFile,
  remove: removeGuestFile,
};

/** With content declared, attributes are no change of the file. */
function lasting(differing: ReadonlySet<string>, want: Partial<GuestFileInputs>): readonly string[] {
  const attributes = contentInput(want) === undefined ? attributeNames : [];
  return lastingUnless(differing, ["path", "symlinks", "content", "contentBase64", "source", ...attributes]);
}

/** Of an asset Pulumi may tell the hash alone: its size is as recorded with that. */
async function foresee(
  want: Partial<GuestFileInputs>,
  signal: AbortSignal,
  recorded?: GuestFileState,
): Promise<Partial<GuestFileState>> {
  const desired = await desiredContent(want, signal);
  if (desired === undefined) return {};
  const { sha256, sizeBytes = recorded?.sha256 === sha256 ? recorded.sizeBytes : undefined } = desired;
  return given({ sha256, sizeBytes });
}
