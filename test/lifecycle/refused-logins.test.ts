import { throughEachHost } from "./each-host";
import type { Host } from "./host";
import { configFor, startSimulated, type Simulated } from "./simulated";
import { DeployedResource } from "./stack";
import { until } from "../until";

const names = (count: number) => Array.from({ length: count }, (_, index) => `/srv/file-${index}`);
const file = (path: string) => ({ vm: "vm-1", path, content: "x\n" });

/** Refused logins lock accounts, most after three to five: they are counted where the server sees them. */
throughEachHost((startHost) => {
  let world: Simulated;
  let wrong: Host;

  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 1, hosts: 1 });
    wrong = startHost({ ...configFor(world.simulator), guestPassword: "wr0ng" });
  });
  afterAll(async () => {
    await wrong.close();
    await world.stop();
  });
  beforeEach(async () => {
    await wrong.begin();
    await world.host.begin();
    world.simulator.clearDisturbances();
    world.simulator.clearCalls();
  });

  const guestRefusals = () => world.simulator.calls.filter(({ fault }) => fault === "InvalidGuestLogin").length;
  const logins = () => world.simulator.calls.filter(({ method }) => method === "Login").length;

  /** Resources of one program, all at once in the operation that has begun; how each failed. */
  async function failures(works: readonly (() => Promise<unknown>)[]): Promise<string[]> {
    const ended = await Promise.allSettled(works.map((work) => work()));
    return ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  }

  /** Files that were deployed with the right password, in the hands of a host that has a wrong one. */
  async function deployedFor(host: Host, count: number): Promise<DeployedResource[]> {
    const deployed = names(count).map(async (path) => {
      const resource = world.resource("GuestFile");
      await resource.upWithin(file(path));
      const inOtherHands = new DeployedResource(host, "GuestFile");
      inOtherHands.recorded = resource.recorded;
      return inOtherHands;
    });
    const resources = await Promise.all(deployed);
    world.simulator.clearCalls();
    return resources;
  }

  test("thirty resources on a machine that refuses their login try it once", async () => {
    const failed = await failures([
      ...names(26).map((path) => () => new DeployedResource(wrong, "GuestFile").upWithin(file(path))),
      () => new DeployedResource(wrong, "GuestDirectory").upWithin({ vm: "vm-1", path: "/srv/directory" }),
      () => new DeployedResource(wrong, "GuestProgramRun").upWithin({ vm: "vm-1", script: "true" }),
      () => new DeployedResource(wrong, "GuestEnvCheck").upWithin({ vm: "vm-1", variables: { HOME: "/root" } }),
      () => new DeployedResource(wrong, "GuestEnvCheck").upWithin({ vm: "vm-1", validateLogin: true }),
    ]);
    expect(failed).toHaveLength(30);
    for (const failure of failed) expect(failure).toMatch(/refused the login of "root"|guest login.*is refused/);
    for (const failure of failed) expect(failure).not.toMatch(/InGuest of/);
    expect(guestRefusals()).toBe(1);
  });

  test("one after another they try it once too", async () => {
    for (const path of names(5)) {
      await expect(new DeployedResource(wrong, "GuestFile").upWithin(file(path))).rejects.toThrow("could lock");
    }
    expect(guestRefusals()).toBe(1);
  });

  test("a preview, a refresh and a destroy try a refused login once each", async () => {
    const resources = await deployedFor(wrong, 20);
    const steps = [
      (one: DeployedResource) => one.previewWithin(file(one.state["path"] as string)),
      (one: DeployedResource) => one.refreshWithin(),
      (one: DeployedResource) => one.destroyWithin(),
    ];
    for (const step of steps) {
      await wrong.begin();
      world.simulator.clearCalls();
      expect(await failures(resources.map((one) => () => step(one)))).toHaveLength(20);
      expect(guestRefusals()).toBe(1);
    }
  });

  test("a run that was refused is not cleaned up under the login just refused, nor is that said", async () => {
    const before = wrong.said.length;
    const run = () => new DeployedResource(wrong, "GuestProgramRun");
    const failed = await failures([
      () => run().upWithin({ vm: "vm-1", script: "true" }),
      () => run().upWithin({ vm: "vm-1", script: "true", stdin: "hush" }, ["stdin"]),
    ]);
    expect(failed).toHaveLength(2);
    expect(guestRefusals()).toBe(1);
    expect(wrong.said.slice(before)).not.toMatch(/left behind|may still run/);
  });

  test("a check of the login does not wait for what can't come", async () => {
    const gate = new DeployedResource(wrong, "GuestEnvCheck");
    const startedMs = Date.now();
    await expect(gate.upWithin({ vm: "vm-1", validateLogin: true, waitSeconds: 60 })).rejects.toThrow("is refused");
    expect(Date.now() - startedMs).toBeLessThan(20_000);
    expect(guestRefusals()).toBe(1);
  });

  test("another login of the same machine is tried, as is the same one in the next operation", async () => {
    const right = { ...file("/srv/right"), guest: { username: "root", password: "simulated" } };
    await expect(new DeployedResource(wrong, "GuestFile").upWithin(file("/srv/wrong"))).rejects.toThrow("refused");
    await new DeployedResource(wrong, "GuestFile").upWithin(right);
    world.simulator.vm("vm-1").setGuestPassword("root", "wr0ng");
    try {
      await wrong.begin();
      await new DeployedResource(wrong, "GuestFile").upWithin(file("/srv/wrong"));
    } finally {
      world.simulator.vm("vm-1").setGuestPassword("root", "simulated");
    }
  });

  test("all resources on a machine that has just booted share three tries", async () => {
    const machine = world.simulator.vm("vm-1");
    await machine.powerOff();
    const before = wrong.said.length;
    const deploy = failures(
      names(12).map((path) => () => new DeployedResource(wrong, "GuestFile").upWithin(file(path))),
    );
    await until(() => wrong.said.slice(before).includes("Waiting for VM"));
    machine.powerOn();
    expect(await deploy).toHaveLength(12);
    expect(guestRefusals()).toBe(3);
  });

  test("where a first boot sets up its accounts meanwhile, all of them succeed", async () => {
    const machine = world.simulator.vm("vm-1");
    await machine.powerOff();
    const before = world.host.said.length;
    const deploy = failures(names(12).map((path) => () => world.resource("GuestFile").upWithin(file(`${path}-new`))));
    await until(() => world.host.said.slice(before).includes("Waiting for VM"));
    world.simulator.clearCalls();
    machine.setGuestPassword("root", "not yet");
    machine.powerOn();
    await until(() => guestRefusals() > 0);
    machine.setGuestPassword("root", "simulated");
    expect(await deploy).toEqual([]);
    expect(guestRefusals()).toBe(1);
  });

  test("a vCenter that refuses the login is asked once, in each operation", async () => {
    const refused = startHost({ ...configFor(world.simulator), password: "wr0ng" });
    try {
      const resources = await deployedFor(refused, 11);
      const steps = [
        (one: DeployedResource) =>
          new DeployedResource(refused, "GuestFile").upWithin(file(one.state["path"] as string)),
        (one: DeployedResource) => one.previewWithin(file(one.state["path"] as string)),
        (one: DeployedResource) => one.refreshWithin(),
        (one: DeployedResource) => one.destroyWithin(),
      ];
      for (const step of steps) {
        await refused.begin();
        world.simulator.clearCalls();
        const [first, ...others] = resources as [DeployedResource, ...DeployedResource[]];
        const failed = await failures([() => step(first)]);
        failed.push(...(await failures(others.map((one) => () => step(one)))));
        expect(failed).toHaveLength(11);
        for (const failure of failed) expect(failure).toContain("refused the login of administrator@vsphere.local");
        expect(logins()).toBe(1);
      }
    } finally {
      await refused.close();
    }
  });
});
