import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatorOptions } from "../../simulator";
import { NativeHost } from "./native-host";
import { inOwnMachines } from "./own-machines";
import { until } from "../until";
import { startSimulated } from "./simulated";

const options: SimulatorOptions = {
  guestUsers: [{ name: "deploy", password: "old", uid: 1001, gid: 1001, home: "/home/deploy", groups: [0] }],
};

const file = (vm: string, password: string) => ({
  vm,
  path: "/home/deploy/app.conf",
  content: "one\n",
  guest: { username: "deploy", password },
});

/** The password of a resource's own login changes in the guest, while nothing else does that would have it recorded. */
inOwnMachines(({ rule }) => {
  rule("refresh and destroy fall back to the provider's login, and say so", async (own) => {
    const resource = own.resource("GuestFile");
    await resource.up(file(own.vm, "old"));
    own.machine.setGuestPassword("deploy", "new");

    expect(await resource.refresh()).toBe(true);
    await until(() =>
      own.host.said.includes(
        `${own.vm} /home/deploy/app.conf: the guest refused the login recorded with the resource ("deploy"); trying the provider's ("root").`,
      ),
    );
    expect(resource.state["guest"]).toEqual({ username: "deploy", password: "old" });
    await resource.destroy();
    expect(existsSync(own.at("/home/deploy/app.conf"))).toBe(false);
  });

  rule(
    "where the provider's login is refused too, both users are named, and what to do; never a password",
    async (own) => {
      const resource = own.resource("GuestFile");
      await resource.up(file(own.vm, "old"));
      own.machine.setGuestPassword("deploy", "new");
      own.machine.setGuestPassword("root", "other");

      const both =
        /both the login recorded with the resource \("deploy"\) and the provider's \("root"\).*guestPassword/;
      await expect(resource.refresh()).rejects.toThrow(both);
      await expect(resource.destroy()).rejects.toThrow(both);
      expect(existsSync(own.at("/home/deploy/app.conf"))).toBe(true);
      expect(own.host.said).not.toMatch(/"old"|simulated/);
    },
  );

  rule("a new password is no difference, and is recorded with the next update", async (own) => {
    const resource = own.resource("GuestFile");
    await resource.up(file(own.vm, "old"));
    own.machine.setGuestPassword("deploy", "new");
    own.machine.setGuestPassword("root", "other");

    expect(await resource.up({ ...file(own.vm, "new"), content: "two\n" })).toBe("update");
    expect(resource.state["guest"]).toEqual({ username: "deploy", password: "new" });
    await resource.destroy();
    expect(existsSync(own.at("/home/deploy/app.conf"))).toBe(false);
  });

  rule("a delete command runs once, under the login that the guest accepts", async (own) => {
    const run = own.resource("GuestProgramRun");
    const { guest } = file(own.vm, "old");
    await run.up({ vm: own.vm, script: "true", delete: "id -un >> /srv/deleted-by", guest });
    own.machine.setGuestPassword("deploy", "new");
    await run.destroy();
    expect(readFileSync(own.at("/srv/deleted-by"), "utf8")).toBe("root\n");
  });

  rule("what leaves nothing in the guest needs no login to be destroyed, nor a machine that is on", async (own) => {
    const { guest } = file(own.vm, "old");
    const run = own.resource("GuestProgramRun");
    await run.up({ vm: own.vm, script: "true", guest });
    const gate = own.resource("GuestEnvCheck");
    await gate.up({ vm: own.vm, validateLogin: true, guest });
    own.machine.setGuestPassword("deploy", "new");
    own.machine.setGuestPassword("root", "other");
    await own.machine.powerOff();
    await run.destroy();
    await gate.destroy();
  });
}, options);

test("through the native plugin any up records a new password", async () => {
  const world = await startSimulated((config) => new NativeHost(config), { ...options, vms: 1 });
  try {
    const resource = world.resource("GuestFile");
    await resource.up(file("vm-1", "old"));
    world.simulator.vm("vm-1").setGuestPassword("deploy", "new");
    world.simulator.vm("vm-1").setGuestPassword("root", "other");
    expect(await resource.up(file("vm-1", "new"))).toBe("same");
    await resource.destroy();
    expect(existsSync(join(world.simulator.vm("vm-1").root, "home/deploy/app.conf"))).toBe(false);
  } finally {
    await world.stop();
  }
});
