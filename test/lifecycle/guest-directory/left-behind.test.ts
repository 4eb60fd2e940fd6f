import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { guestDirectory } from "../../../provider/resources";
import { SimulatedLifecycle } from "../simulated-lifecycle";
import { LocalTree } from "./local-tree";

test("what a killed deploy left of a tree days ago goes with the next one, what is young stays", async () => {
  const lifecycle = await SimulatedLifecycle.start();
  const source = new LocalTree({ a: "a", b: "b", c: "c", d: "d" });
  const inGuest = (path: string) => `${lifecycle.simulator.vm("vm-1").root}/srv/${path}`;
  const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
  try {
    mkdirSync(inGuest("site/.vsphere-guest-stage-killed01"), { recursive: true });
    writeFileSync(inGuest("site/.vsphere-guest-stage-killed01/a"), "part");
    mkdirSync(inGuest("site/.vsphere-guest-stage-atwork01"));
    writeFileSync(inGuest(".vsphere-guest-tree-0123456789abcdef.tar.gz"), "part");
    writeFileSync(inGuest(".vsphere-guest-tree-young.tar.gz"), "part");
    for (const path of ["site/.vsphere-guest-stage-killed01", ".vsphere-guest-tree-0123456789abcdef.tar.gz"]) {
      utimesSync(inGuest(path), threeDaysAgo, threeDaysAgo);
    }
    await lifecycle.create(guestDirectory, { vm: "vm-1", path: "/srv/site", source: source.path });
    const isThere = (path: string) => existsSync(inGuest(path));
    expect(
      ["site/.vsphere-guest-stage-killed01", ".vsphere-guest-tree-0123456789abcdef.tar.gz"].filter(isThere),
    ).toEqual([]);
    expect(["site/a", "site/.vsphere-guest-stage-atwork01", ".vsphere-guest-tree-young.tar.gz"].every(isThere)).toBe(
      true,
    );
  } finally {
    source.remove();
    await lifecycle.stop();
  }
});
