import { throughOneHost } from "../lifecycle/each-host";
import { inOneGuest, type OneGuest } from "../lifecycle/one-guest";
import type { SimulatorOptions } from "../../simulator";
import { eve } from "./neighbour";

/** Declares attacks in one guest, in which eve has an account too, and so have `others`. */
export function inAttackedGuest(
  rules: (guest: OneGuest) => void,
  others: NonNullable<SimulatorOptions["guestUsers"]> = [],
): void {
  inOneGuest(rules, { guestUsers: [eve, ...others] }, {}, throughOneHost);
}
