import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../until";
import { throughEachHost } from "./each-host";
import { startSimulated, type Simulated } from "./simulated";
import type { DeployedResource } from "./stack";

const file = (path: string, changes: object = {}) => ({ vm: "vm-1", path, content: "x\n", ...changes });
/** More than any test lives to see. */
const always = 1_000_000;

/** A machine, or a vCenter, that does not answer: told soon and once, with the reason; work waits as long as it may. */
throughEachHost((startHost) => {
  let world: Simulated;
  const files: DeployedResource[] = [];
  const paths = ["/srv/one/file", "/srv/two/file", "/srv/three/file", "/srv/four/file"];

  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 1, hosts: 1 });
    for (const path of paths) {
      const resource = world.resource("GuestFile");
      await resource.upWithin(file(path, { createParents: true }));
      files.push(resource);
    }
  });
  afterAll(() => world.stop());
  beforeEach(() => world.host.begin());
  afterEach(() => {
    world.simulator.clearDisturbances();
    world.simulator.host(0).connected = true;
    world.simulator.vm("vm-1").setConnectionState("connected");
    world.simulator.vm("vm-1").powerOn();
  });

  /** Previews all files, one after the other as the engine does: how long it took, and what was said. */
  async function previewed(first = 0): Promise<{ seconds: number; warnings: string[] }> {
    const before = world.host.said.length;
    const startedMs = Date.now();
    const looked = files.slice(first);
    for (const resource of looked) {
      const declared = file(resource.state["path"] as string, { createParents: true });
      expect(await resource.previewWithin(declared)).toBe("same");
    }
    const seconds = (Date.now() - startedMs) / 1000;
    const said = () => world.host.said.slice(before).split("\n");
    const warnings = () => said().filter((line) => line.includes("Drift is not known"));
    await until(() => warnings().length === looked.length);
    return { seconds, warnings: warnings() };
  }

  const states = {
    disconnected: "no connection to its ESXi host",
    orphaned: "does not know it any more",
    inaccessible: "configuration file can't be read",
    invalid: "configuration is invalid",
  } as const;

  test.each(Object.entries(states))(
    "a machine that is %s: a preview and a refresh say so at once",
    async (state, why) => {
      if (state === "disconnected") world.simulator.host(0).connected = false;
      else world.simulator.vm("vm-1").setConnectionState(state as keyof typeof states);
      const { seconds, warnings } = await previewed();
      for (const warning of warnings) expect(warning).toContain(why);
      expect(seconds).toBeLessThan(10);
      expect(await files[0]?.refreshWithin()).toBe(true);
    },
  );

  test("a host that is lost while the operation goes on is named, not a task", async () => {
    await files[0]?.previewWithin(file(paths[0] as string, { createParents: true }));
    world.simulator.host(0).connected = false;
    const { seconds, warnings } = await previewed(1);
    for (const warning of warnings) expect(warning).toContain("no connection to its ESXi host");
    expect(seconds).toBeLessThan(10);
  });

  test("a machine that is busy for long is waited for once, by all files together", async () => {
    world.simulator.injectFault({ method: "ListFilesInGuest", fault: "TaskInProgress", times: always });
    const { seconds, warnings } = await previewed();
    for (const warning of warnings) expect(warning).toContain("TaskInProgress");
    expect(seconds).toBeLessThan(20);
  });

  test("a machine whose answers never come is waited for once", async () => {
    world.simulator.delay({ method: "ListFilesInGuest", milliseconds: 100_000, times: always });
    const { seconds, warnings } = await previewed();
    for (const warning of warnings) expect(warning).toContain("no answer within");
    expect(seconds).toBeLessThan(25);
  });

  test("a vCenter that answers 503 is waited for once, and looked at again by each", async () => {
    world.simulator.httpError({ method: "*", status: 503, times: always });
    const { seconds, warnings } = await previewed();
    for (const warning of warnings) expect(warning).toContain("HTTP 503");
    expect(seconds).toBeLessThan(20);
    world.simulator.clearDisturbances();
    writeFileSync(join(world.simulator.vm("vm-1").root, paths[0] as string), "other text\n");
    const declared = file(paths[0] as string, { createParents: true });
    expect(await files[0]?.previewWithin(declared)).toBe("update");
    expect(await files[0]?.upWithin(declared)).toBe("update");
  });

  test.each([502, 503])("work waits for a vCenter that answers %i, and goes on", async (status) => {
    world.simulator.httpError({ method: "*", status, times: always });
    const before = world.host.said.length;
    const resource = world.resource("GuestFile");
    const deploy = resource.upWithin(file(`/srv/after-${status}`, { timeoutSeconds: 60 }));
    await until(() => world.host.said.slice(before).includes("waiting for"));
    world.simulator.clearDisturbances();
    expect(await deploy).toBe("create");
    await resource.destroyWithin();
  });

  test.each([502, 503])("work that a vCenter answers %i until its time is over names that answer", async (status) => {
    world.simulator.httpError({ method: "*", status, times: always });
    const deploy = world.resource("GuestFile").upWithin(file("/srv/never", { timeoutSeconds: 2 }));
    await expect(deploy).rejects.toThrow(new RegExp(`HTTP ${status}.*may be starting`));
  });

  test("a vCenter that takes a request and never answers: what was asked for is named", async () => {
    world.simulator.delay({ method: "*", milliseconds: 100_000, times: always });
    const deploy = world.resource("GuestFile").upWithin(file("/srv/never", { timeoutSeconds: 1 }));
    await expect(deploy).rejects.toThrow(/Not done after 1 s.*Finding VM "vm-1" on /);
  });

  test("a guest operation that never answers is named when the time is over", async () => {
    world.simulator.delay({ method: "ListFilesInGuest", milliseconds: 100_000, times: always });
    const deploy = world.resource("GuestFile").upWithin(file("/srv/never", { timeoutSeconds: 1 }));
    await expect(deploy).rejects.toThrow(/Not done after 1 s.*ListFilesInGuest of .*in VM "vm-1"/);
  });

  test("work on a machine that vCenter can't reach waits, and says in the end what for", async () => {
    world.simulator.host(0).connected = false;
    const deploy = world.resource("GuestFile").upWithin(file("/srv/never", { timeoutSeconds: 1 }));
    await expect(deploy).rejects.toThrow("no connection to its ESXi host");
  });

  test("a machine that is not on for a moment, as when it is restarted elsewhere, is waited for", async () => {
    const fields = { requestedState: "poweredOn", existingState: "poweredOff" };
    world.simulator.injectFault({ method: "*", vm: "vm-1", fault: "InvalidPowerState", fields, times: 3 });
    const resource = world.resource("GuestFile");
    expect(await resource.upWithin(file("/srv/restarted"))).toBe("create");
    await resource.destroyWithin();
  });

  test("a machine that is switched off while work goes on is told soon", async () => {
    const machine = world.simulator.vm("vm-1");
    const happens = () => machine.powerOff();
    world.simulator.onRequest({ method: "InitiateFileTransferToGuest", happens });
    const startedMs = Date.now();
    await expect(world.resource("GuestFile").upWithin(file("/srv/off"))).rejects.toThrow("it is powered off");
    expect(Date.now() - startedMs).toBeLessThan(30_000);
  });
});
