import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { LocalTree } from "./local-tree";

/** What a killed deploy has left of a tree, recognisable by name and age. */
inOneGuest((guest) => {
  const source = new LocalTree({ a: "a", b: "b", c: "c", "sub/d": "d" });
  afterAll(() => source.remove());
  const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
  const stage = ".vsphere-guest-stage-killed01";
  const temporary = "sub/.d.0123456789ab.pulumi";
  const young = [".vsphere-guest-stage-atwork01", ".a.ba9876543210.pulumi"];

  function leave(directory: string): void {
    const at = (name: string) => guest.at(`${directory}/${name}`);
    mkdirSync(at(stage), { recursive: true });
    mkdirSync(at("sub"), { recursive: true });
    writeFileSync(at(`${stage}/a`), "part");
    writeFileSync(at(temporary), "part");
    for (const name of [stage, temporary]) utimesSync(at(name), threeDaysAgo, threeDaysAgo);
  }
  const isThere = (directory: string) => (name: string) => existsSync(guest.at(`${directory}/${name}`));

  guest.rule("goes with the next deploy, what is young stays", async () => {
    const path = "/srv/deployed";
    leave(path);
    mkdirSync(guest.at(`${path}/${young[0]}`));
    writeFileSync(guest.at(`${path}/${young[1]}`), "part");
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path, source: source.path });
    expect([stage, temporary].filter(isThere(path))).toEqual([]);
    expect(["a", "sub/d", ...young].every(isThere(path))).toBe(true);
  });

  guest.rule("goes with the directory's destroy", async () => {
    const path = "/srv/destroyed";
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path, source: source.path });
    leave(path);
    await directory.destroy();
    expect(existsSync(guest.at(path))).toBe(false);
  });

  guest.rule("what is young is another's, and is not destroyed", async () => {
    const path = "/srv/refused";
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path, source: source.path });
    writeFileSync(guest.at(`${path}/${young[1]}`), "part");
    await expect(directory.destroy()).rejects.toThrow(/did not make: \.a\.ba9876543210\.pulumi/);
  });
});
