import { registryViewSchema } from "../../vocabulary/inputs";
import { given } from "../../values/given";
import { registryKey } from "../../guest/paths/registry-path";
import { lastingUnless } from "../file-system/changed-at";
import type { Place, ResourceKind } from "../resource-kind";
import { convergeGuestRegistryKey } from "./converge";
import { keyOf } from "./key";
import { lookAheadOfGuestRegistryKey, observeGuestRegistryKey } from "./observe";
import { removeGuestRegistryKey } from "./remove";
import {
  type GuestRegistryKeyInputs,
  type GuestRegistryKeyState,
  guestRegistryKeyInputs,
  guestRegistryKeyState,
} from "./schema";

/** A key of a Windows guest's registry: its values. */
export const guestRegistryKey: ResourceKind<GuestRegistryKeyInputs, GuestRegistryKeyState, "GuestRegistryKey"> = {
  token: "GuestRegistryKey",
  description:
    "A key in the registry of a Windows guest, with the values that are declared; a value changed in the guest shows in the next preview and " +
    "is put right by the next up. Through the registry's own guest operations: no program is run.",
  example: {
    title: "Settings of a service",
    typescript: `
new guest.GuestRegistryKey("settings", {
  vm: "win-1",
  path: "HKLM\\\\SOFTWARE\\\\Acme\\\\Service",
  values: { Listen: "0.0.0.0:8080", Workers: { dword: 4 }, Data: { expandString: "%ProgramData%\\\\Acme" } },
});`,
    yaml: `
  settings:
    type: vsphere-guest:GuestRegistryKey
    properties:
      vm: win-1
      path: HKLM\\SOFTWARE\\Acme\\Service
      values:
        Listen: 0.0.0.0:8080
        Workers: { dword: 4 }
        Data: { expandString: "%ProgramData%\\\\Acme" }`,
  },
  inputs: guestRegistryKeyInputs,
  state: guestRegistryKeyState,
  id: (vm, inputs) => `${vm.instanceUuid}:registry:${inputs.view ?? "native"}:${inputs.path}`,
  parseId,
  place,
  lasting: (differing) => lastingUnless(differing, ["path", "view", "values", "purge"]),
  lookAhead: lookAheadOfGuestRegistryKey,
  observe: observeGuestRegistryKey,
  converge: convergeGuestRegistryKey,
  remove: removeGuestRegistryKey,
};

function parseId(id: string): Partial<GuestRegistryKeyInputs> {
  const [, view = "", path = ""] = /^[^:]*:registry:([^:]*):([^]*)$/.exec(id) ?? [];
  const told = registryViewSchema.safeParse(view).data;
  return { path, ...given({ view: told === "native" ? undefined : told }) };
}

function place(inputs: GuestRegistryKeyInputs): Place {
  return { key: registryKey(keyOf(inputs)), isExclusive: true };
}
