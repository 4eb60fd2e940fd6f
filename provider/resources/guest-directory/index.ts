import type { ResourceKind } from "../resource-kind";
import { attributeNames } from "../file-system/attributes";
import { lastingUnless } from "../file-system/changed-at";
import { convergeGuestDirectory } from "./converge";
import { type DeclaredTree, isElided, sourceTree } from "./source/directory-source";
import { broughtWithParents } from "../file-system/look-ahead";
import { directoryPlace } from "./place";
import { lookAheadOfGuestDirectory, observeGuestDirectory } from "./observe";
import { removeGuestDirectory } from "./remove";
import {
  type GuestDirectoryInputs,
  type GuestDirectoryState,
  guestDirectoryInputs,
  guestDirectoryState,
} from "./schema";
import { treeSha256 } from "./source/source-tree";
import { given } from "../../values/given";

/** A directory in a guest and its attributes. */
export const guestDirectory: ResourceKind<GuestDirectoryInputs, GuestDirectoryState, "GuestDirectory"> = {
  token: "GuestDirectory",
  description:
    "A directory in the guest operating system of a virtual machine: that it exists, its owner and mode, and with `source` what it holds. Only what this resource " +
    "made is removed with it, unless `recursiveDelete` says otherwise.",
  example: {
    title: "A directory tree from this machine",
    typescript: `
new guest.GuestDirectory("site", {
  vm: "/DC0/vm/web-1",
  path: "/srv/site",
  source: "./site",
  purge: true,
  exclude: ["*.log"],
});`,
    yaml: `
  site:
    type: vsphere-guest:GuestDirectory
    properties:
      vm: /DC0/vm/web-1
      path: /srv/site
      source: ./site
      purge: true
      exclude: ["*.log"]`,
  },
  inputs: guestDirectoryInputs,
  state: guestDirectoryState,
  id: (vm, inputs) => `${vm.instanceUuid}:${inputs.path}`,
  parseId: (id) => ({ path: id.slice(id.indexOf(":") + 1) }),
  foresee,
  lasting,
  lookAhead: lookAheadOfGuestDirectory,
  brings: (want) => [
    ...broughtWithParents(want),
    ...(want.source === undefined ? [] : [{ path: want.path, withAllBelow: true }]),
  ],
  place: directoryPlace,
  observe: observeGuestDirectory,
  converge: convergeGuestDirectory,
  remove: removeGuestDirectory,
};

/** With `source` declared, the directory's own mode is no change of what it holds; its owner is that of all. */
function lasting(differing: ReadonlySet<string>, want: Partial<GuestDirectoryInputs>): readonly string[] {
  const attributes = want.source === undefined ? attributeNames : ["owner", "group"];
  const contents = ["source", "exclude", "purge", "fileMode", "directoryMode"];
  return lastingUnless(differing, ["path", ...contents, ...attributes]);
}

async function foresee(
  want: DeclaredTree,
  signal: AbortSignal,
  recorded?: GuestDirectoryState,
): Promise<Partial<GuestDirectoryState>> {
  if (isElided(want.source)) return given({ sha256: recorded?.sha256 });
  const tree = await sourceTree(want, signal);
  return tree === undefined ? {} : { sha256: treeSha256(tree) };
}
