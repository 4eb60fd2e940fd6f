import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { throughEachHost } from "../each-host";
import { startSimulated, type Simulated } from "../simulated";
import { all, kindNames, OneOfEach, samples } from "./one-of-each";

const app = { name: "app", uid: 1001, gid: 1001, home: "/home/app", groups: [0] };

/** What holds for resources of every kind from one deploy to the next. */
throughEachHost((startHost) => {
  let world: Simulated;
  let stack: OneOfEach;

  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 1, hosts: 1, guestUsers: [{ ...app, password: "simulated" }] });
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    stack = new OneOfEach(world, { vm: "vm-1" });
    expect(await stack.up()).toEqual(all("create"));
  });
  afterEach(async () => {
    expect(await stack.destroy()).toEqual(all("destroyed"));
    expect(existsSync(inGuest("srv/one-file"))).toBe(false);
  });

  const inGuest = (path: string) => join(world.simulator.vm("vm-1").root, path);
  const runs = () => readFileSync(inGuest("srv/runs"), "utf8");

  test("logins and time limits may change, and no difference comes of it", async () => {
    const before = runs();
    for (const login of [
      { guest: { username: "root", password: "simulated" } },
      { guest: { username: "app", password: "simulated", interactiveSession: false }, timeoutSeconds: 20 },
    ]) {
      stack.common = { vm: "vm-1", ...login };
      // Another user has another home directory, which is what is checked.
      const check = login.guest.username === "root" ? "same" : "update";
      expect(await stack.preview()).toEqual({ ...all("same"), GuestEnvCheck: check });
    }
    expect(runs()).toBe(before);
  });

  test("a login of its own is the one that works, and is kept secret", async () => {
    stack.common = { vm: "vm-1", guest: { username: "root", password: "wr0ng-password" } };
    const failed = await stack.up("changed");
    for (const kind of kindNames) expect(failed[kind]).toMatch(/login of "root"/);
    expect(world.host.said).not.toContain("wr0ng-password");
    stack.common = { vm: "vm-1", guest: { username: "root", password: "simulated" } };
    expect(await stack.up("changed")).toEqual(all("update"));
    expect([...world.host.secretOutputs]).toContain("guest");
  });

  test("inputs that a preview does not know yet are differences, and touch nothing", async () => {
    const before = runs();
    const previewed = (resources: OneOfEach) =>
      resources.each((resource, kind) =>
        resource.previewWithin({ ...resources.declared(kind), ...samples[kind].unknown }),
      );
    expect(await previewed(stack)).toEqual(all("update"));
    expect(await previewed(new OneOfEach(world, { vm: "vm-1" }))).toEqual(all("create"));
    expect(runs()).toBe(before);
    expect(readFileSync(inGuest("srv/one-file"), "utf8")).toBe("one");
    expect(await stack.preview()).toEqual(all("same"));
  });

  test("a state of an older version is read: what is not known any more, or is of another type, is left out", async () => {
    for (const [kind, resource] of stack.resources) {
      const { recorded } = resource;
      if (recorded === undefined) throw new Error(`no ${kind}`);
      const state = { ...recorded.state, formerOutput: { a: [1] }, logs: "text", createdParents: "none" };
      resource.recorded = { ...recorded, state };
    }
    expect(await stack.preview()).toEqual(all("same"));
    expect(await stack.refresh()).toEqual(all(true));
    expect(await stack.up("changed")).toEqual(all("update"));
  });
});
