import { mkdirSync, readFileSync } from "node:fs";
import type { OneGuest } from "../one-guest";

let number = 0;

/** A directory of the rule's own in the guest, and a GuestFile's inputs for `conf` in it. */
export function ownDirectory(guest: OneGuest) {
  const directory = `/srv/directory-${++number}`;
  const at = (name: string) => guest.at(`${directory}/${name}`);
  mkdirSync(guest.at(directory), { recursive: true });
  return {
    directory,
    at,
    textOf: (name: string) => readFileSync(at(name), "utf8"),
    declared: (more: object = {}) => ({ vm: guest.vm, path: `${directory}/conf`, content: "one\n", ...more }),
  };
}
