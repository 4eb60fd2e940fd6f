import type { ResourceKind } from "../resource-kind";
import { convergeGuestDirectory } from "./converge";
import { observeGuestDirectory } from "./observe";
import { removeGuestDirectory } from "./remove";
import {
  type GuestDirectoryInputs,
  type GuestDirectoryState,
  guestDirectoryInputs,
  guestDirectoryState,
} from "./schema";

/** A directory in a guest and its attributes. */
export const guestDirectory: ResourceKind<GuestDirectoryInputs, GuestDirectoryState> = {
  token: "GuestDirectory",
  description:
    "A directory in the guest operating system of a virtual machine: that it exists, its owner and mode. Only what this resource " +
    "made is removed with it, unless `recursiveDelete` says otherwise.",
  inputs: guestDirectoryInputs,
  state: guestDirectoryState,
  id: (vm, inputs) => `${vm.instanceUuid}:${inputs.path}`,
  parseId: (id) => ({ path: id.slice(id.indexOf(":") + 1) }),
  observe: observeGuestDirectory,
  converge: convergeGuestDirectory,
  remove: removeGuestDirectory,
};
