import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatedVm } from "../../../simulator";
import { unknownSentinel } from "../../../provider/properties/wire-value";
import { until } from "../../until";
import { inOwnMachines } from "../own-machines";
import { all, kindNames, withOneOfEach } from "./one-of-each";

/** What the state of the machine means to each kind of resource in it. */
inOwnMachines(({ rule, alone }) => {
  const runs = ({ root }: SimulatedVm) => readFileSync(join(root, "srv/runs"), "utf8");

  const states = [
    ["is off", "powered off", (vm: SimulatedVm) => vm.powerOff(), (vm: SimulatedVm) => vm.powerOn()],
    [
      "has no Tools that answer",
      "Tools",
      (vm: SimulatedVm) => vm.setToolsState("notRunning"),
      (vm: SimulatedVm) => vm.setToolsState("running"),
    ],
  ] as const;

  for (const [state, why, stop, start] of states) {
    rule(
      `a machine that ${state}: a warning, and the record stands; work waits and says why`,
      withOneOfEach(async ({ machine, host }, stack) => {
        await stop(machine);
        expect(await stack.preview()).toEqual(all("same"));
        const warning = new RegExp(`"${machine.name}".*${why}.*Drift is not known, the record stands\\.`);
        await until(() => warning.test(host.said));
        expect(await stack.refresh()).toEqual(all(true));

        stack.common = { vm: machine.name, timeoutSeconds: 1 };
        const failed = await stack.up("changed");
        for (const kind of kindNames) expect(failed[kind]).toContain(why);

        stack.common = { vm: machine.name, timeoutSeconds: 30 };
        const deploy = stack.up("changed");
        await until(() => host.said.includes(`Waiting for VM "${machine.name}"`));
        start(machine);
        expect(await deploy).toMatchObject({ GuestFile: "update", GuestProgramRun: "update" });
        expect(runs(machine)).toBe("ran\nran\n");
      }),
    );
  }

  rule(
    "a machine that is gone: so are its objects; delete succeeds",
    withOneOfEach(async ({ machine }, stack) => {
      await machine.remove();
      expect(await stack.preview()).toEqual(all("replace"));
      const recorded = new Map([...stack.resources].map(([kind, resource]) => [kind, resource.recorded]));
      expect(await stack.refresh()).toEqual(all(false));
      for (const [kind, resource] of stack.resources) resource.recorded = recorded.get(kind);
      expect(await stack.destroy()).toEqual(all("destroyed"));
    }),
  );

  rule(
    "a machine that another one has taken the name of: replaced, here made and there taken away",
    withOneOfEach(async ({ machine: old, another: other }, stack) => {
      const [name, otherName] = [old.name, other.name];
      old.rename("retired");
      other.rename(name);
      expect(await stack.preview()).toEqual(all("replace"));
      expect(await stack.up()).toEqual(all("replace"));
      expect(existsSync(join(other.root, "srv/one-file"))).toBe(true);
      expect(existsSync(join(old.root, "srv/one-file"))).toBe(false);
      expect(existsSync(join(old.root, "srv/one-directory"))).toBe(false);
      expect(readFileSync(join(old.root, "srv/runs"), "utf8")).toBe("ran\ngone\n");
      expect(runs(other)).toBe("ran\n");
      expect(await stack.destroy()).toEqual(all("destroyed"));
      other.rename(otherName);
      old.rename(name);
    }),
  );

  rule(
    "a machine that is renamed, or named in another way, is the same",
    withOneOfEach(async ({ machine }, stack) => {
      const { moid, instanceUuid, path } = machine;
      for (const name of [moid, { inventoryPath: path }, instanceUuid.toUpperCase()]) {
        stack.common = { vm: name };
        expect(await stack.preview()).toEqual(all("same"));
      }
    }),
  );

  alone(
    "a machine that a preview does not know yet: nothing is asked",
    withOneOfEach(async ({ simulator }, stack) => {
      simulator.clearCalls();
      stack.common = { vm: unknownSentinel };
      expect(await stack.preview()).toEqual(all("replace"));
      expect(await stack.another().preview()).toEqual(all("create"));
      // What the deploy before has left of its run goes once the run is recorded, or with its process.
      const tidying = /^Delete(File|Directory)InGuest$/;
      const asked = simulator.calls.filter(({ method }) => method.endsWith("InGuest") && !tidying.test(method));
      expect(asked).toEqual([]);
    }),
  );
});
