import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatorOptions } from "../../simulator";
import { throughEachHost } from "./each-host";
import { NativeHost } from "./native-host";
import { startSimulated, type Simulated } from "./simulated";

const deploy = { uid: 1001, gid: 1001, home: "/home/deploy", groups: [0] };
const options: SimulatorOptions = { vms: 1, guestUsers: [{ name: "deploy", password: "old", ...deploy }] };
const vm = "vm-1";

const file = (password: string) => ({
  vm,
  path: "/home/deploy/app.conf",
  content: "one\n",
  guest: { username: "deploy", password },
});

/** The password of a resource's own login changes in the guest, while nothing else does that would have it recorded. */
throughEachHost((startHost) => {
  let world: Simulated;
  beforeEach(async () => {
    world = await startSimulated(startHost, options);
  });
  afterEach(() => world.stop());

  const inGuest = (path: string) => join(world.simulator.vm(vm).root, path);
  const rotate = (user: string, password: string) => world.simulator.vm(vm).setGuestPassword(user, password);

  test("refresh and destroy fall back to the provider's login, and say so", async () => {
    const resource = world.resource("GuestFile");
    await resource.up(file("old"));
    rotate("deploy", "new");

    expect(await resource.refresh()).toBe(true);
    expect(world.host.said).toContain(
      `vm-1 /home/deploy/app.conf: the guest refused the login recorded with the resource ("deploy"); trying the provider's ("root").`,
    );
    expect(resource.state["guest"]).toEqual({ username: "deploy", password: "old" });
    await resource.destroy();
    expect(existsSync(inGuest("/home/deploy/app.conf"))).toBe(false);
  });

  test("where the provider's login is refused too, both users are named, and what to do; never a password", async () => {
    const resource = world.resource("GuestFile");
    await resource.up(file("old"));
    rotate("deploy", "new");
    rotate("root", "other");

    const both = /both the login recorded with the resource \("deploy"\) and the provider's \("root"\).*guestPassword/;
    await expect(resource.refresh()).rejects.toThrow(both);
    await expect(resource.destroy()).rejects.toThrow(both);
    expect(existsSync(inGuest("/home/deploy/app.conf"))).toBe(true);
    expect(world.host.said).not.toMatch(/"old"|simulated/);
  });

  test("a new password is no difference, and is recorded with the next update", async () => {
    const resource = world.resource("GuestFile");
    await resource.up(file("old"));
    rotate("deploy", "new");
    rotate("root", "other");

    expect(await resource.up({ ...file("new"), content: "two\n" })).toBe("update");
    expect(resource.state["guest"]).toEqual({ username: "deploy", password: "new" });
    await resource.destroy();
    expect(existsSync(inGuest("/home/deploy/app.conf"))).toBe(false);
  });

  test("a delete command runs once, under the login that the guest accepts", async () => {
    const run = world.resource("GuestProgramRun");
    const { guest } = file("old");
    await run.up({ vm, script: "true", delete: "id -un >> /srv/deleted-by", guest });
    rotate("deploy", "new");
    await run.destroy();
    expect(readFileSync(inGuest("/srv/deleted-by"), "utf8")).toBe("root\n");
  });

  test("what leaves nothing in the guest needs no login to be destroyed, nor a machine that is on", async () => {
    const { guest } = file("old");
    const run = world.resource("GuestProgramRun");
    await run.up({ vm, script: "true", guest });
    const gate = world.resource("GuestEnvCheck");
    await gate.up({ vm, validateLogin: true, guest });
    rotate("deploy", "new");
    rotate("root", "other");
    await world.simulator.vm(vm).powerOff();
    await run.destroy();
    await gate.destroy();
  });
});

test("through the native plugin any up records a new password", async () => {
  const world = await startSimulated((config) => new NativeHost(config), options);
  try {
    const resource = world.resource("GuestFile");
    await resource.up(file("old"));
    world.simulator.vm(vm).setGuestPassword("deploy", "new");
    world.simulator.vm(vm).setGuestPassword("root", "other");
    expect(await resource.up(file("new"))).toBe("same");
    await resource.destroy();
    expect(existsSync(join(world.simulator.vm(vm).root, "home/deploy/app.conf"))).toBe(false);
  } finally {
    await world.stop();
  }
});
