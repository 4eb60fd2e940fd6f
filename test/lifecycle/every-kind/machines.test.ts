import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownSentinel } from "../../../provider/properties/wire-value";
import { throughEachHost } from "../each-host";
import { startSimulated, type Simulated } from "../simulated";
import { until } from "../until";
import { all, kindNames, OneOfEach } from "./one-of-each";

/** One for each rule, one to take another's name, and some for rules that CI tries again. */
const machines = 10;

/** What the state of the machine means to each kind of resource in it. */
throughEachHost((startHost) => {
  let world: Simulated;
  let number = 0;
  let stack: OneOfEach;

  beforeAll(async () => {
    const vms = Array.from({ length: machines }, (_, index) => ({ name: `machine-${index + 1}` }));
    world = await startSimulated(startHost, { vms, hosts: 1 });
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    number += 1;
    stack = new OneOfEach(world, { vm: vm(), timeoutSeconds: 30 });
    expect(await stack.up()).toEqual(all("create"));
  });

  const vm = () => `machine-${number}`;
  const machine = () => world.simulator.vm(vm());
  const runs = (name = vm()) => readFileSync(join(world.simulator.vm(name).root, "srv/runs"), "utf8");

  const states = [
    ["is off", "powered off", () => machine().powerOff(), () => machine().powerOn()],
    [
      "has no Tools that answer",
      "Tools",
      () => machine().setToolsState("notRunning"),
      () => machine().setToolsState("running"),
    ],
  ] as const;

  test.each(states)(
    "a machine that %s: a warning, and the record stands; work waits and says why",
    async (_, why, stop, start) => {
      await stop();
      expect(await stack.preview()).toEqual(all("same"));
      for (const word of [why, "Drift is not known, the record stands."])
        await until(() => world.host.said.includes(word));
      expect(await stack.refresh()).toEqual(all(true));

      stack.common = { vm: vm(), timeoutSeconds: 1 };
      const failed = await stack.up("changed");
      for (const kind of kindNames) expect(failed[kind]).toContain(why);

      stack.common = { vm: vm(), timeoutSeconds: 30 };
      const deploy = stack.up("changed");
      await until(() => world.host.said.includes(`Waiting for VM "${vm()}"`));
      start();
      expect(await deploy).toMatchObject({ GuestFile: "update", GuestProgramRun: "update" });
      expect(runs()).toBe("ran\nran\n");
    },
  );

  test("a machine that is gone: so are its objects; delete succeeds", async () => {
    await machine().remove();
    expect(await stack.preview()).toEqual(all("replace"));
    const recorded = new Map([...stack.resources].map(([kind, resource]) => [kind, resource.recorded]));
    expect(await stack.refresh()).toEqual(all(false));
    for (const [kind, resource] of stack.resources) resource.recorded = recorded.get(kind);
    expect(await stack.destroy()).toEqual(all("destroyed"));
  });

  test("a machine that another one has taken the name of: replaced, here made and there taken away", async () => {
    const [old, other] = [machine(), world.simulator.vm(`machine-${machines}`)];
    const [name, otherName] = [old.name, other.name];
    old.rename("retired");
    other.rename(name);
    expect(await stack.preview()).toEqual(all("replace"));
    expect(await stack.up()).toEqual(all("replace"));
    expect(existsSync(join(other.root, "srv/one-file"))).toBe(true);
    expect(existsSync(join(old.root, "srv/one-file"))).toBe(false);
    expect(existsSync(join(old.root, "srv/one-directory"))).toBe(false);
    expect(readFileSync(join(old.root, "srv/runs"), "utf8")).toBe("ran\ngone\n");
    expect(runs(name)).toBe("ran\n");
    expect(await stack.destroy()).toEqual(all("destroyed"));
    other.rename(otherName);
    old.rename(name);
  });

  test("a machine that is renamed, or named in another way, is the same", async () => {
    const { moid, instanceUuid, path } = machine();
    for (const name of [moid, { inventoryPath: path }, instanceUuid.toUpperCase()]) {
      stack.common = { vm: name };
      expect(await stack.preview()).toEqual(all("same"));
    }
  });

  test("a machine that a preview does not know yet: nothing is asked", async () => {
    world.simulator.clearCalls();
    stack.common = { vm: unknownSentinel };
    expect(await stack.preview()).toEqual(all("replace"));
    expect(await new OneOfEach(world, stack.common).preview()).toEqual(all("create"));
    expect(world.simulator.calls.filter(({ method }) => method.endsWith("InGuest"))).toEqual([]);
  });
});
