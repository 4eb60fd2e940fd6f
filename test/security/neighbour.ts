import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { until } from "../until";
import type { OneGuest } from "../lifecycle/one-guest";

/** Another user of the guest, with an account and a home of his own. */
export const eve = { name: "eve", password: "eve", uid: 1666, gid: 1666, home: "/home/eve" };

/** What Eve does in the guest, by programs of hers, while others work. */
export class Neighbour {
  readonly #guest: OneGuest;

  constructor(guest: OneGuest) {
    this.#guest = guest;
  }

  /**
   * Runs the lines over and over, as fast as she can, while `work` goes on; resolves to what they print, in which a line
   * that comes again is left out.
   */
  async meanwhile(lines: string, work: () => Promise<unknown>): Promise<string> {
    const [stop, loot] = [`${eve.home}/stop`, `${eve.home}/loot`];
    const script = `touch ${eve.home}/begun\nwhile [ ! -e ${stop} ]; do\n${lines}\ndone >${loot} 2>/dev/null\nexit 0`;
    for (const file of [stop, loot, `${eve.home}/begun`]) rmSync(this.#guest.at(file), { force: true });
    const run = this.#guest
      .run()
      .upWithin({ vm: this.#guest.vm, guest: { username: eve.name, password: eve.password }, script });
    try {
      await until(() => readIfThere(this.#guest.at(`${eve.home}/begun`)) !== undefined);
      await work();
    } finally {
      writeFileSync(this.#guest.at(stop), "");
      await run;
    }
    return [...new Set(readFileSync(this.#guest.at(loot), "utf8").split("\n"))].join("\n");
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
