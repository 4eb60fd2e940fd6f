import { writeFileSync } from "node:fs";
import { startSimulator } from "../../../simulator";
import { unknownSentinel } from "../../../provider/properties/wire-value";
import { throughEachHost } from "../each-host";
import type { StartHost } from "../host";
import { configFor, startSimulated, type Simulated } from "../simulated";
import { DeployedResource } from "../stack";

const names = ["a", "b", "c"];

/** What a preview tells of machines and servers that can't be looked into: once, not for each resource. */
throughEachHost((startHost: StartHost) => {
  let world: Simulated;
  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 2, hosts: 1 });
  });
  afterAll(() => world.stop());

  /** All that is said in one preview of three files, with this configuration in place of what fits. */
  async function previewed(config: object = {}, inputs: object = {}): Promise<string> {
    const host = startHost({ ...configFor(world.simulator), ...config });
    try {
      await host.begin();
      const files = names.map(() => new DeployedResource(host, "GuestFile", (work) => work()));
      const declared = (name: string) => ({ vm: "vm-1", path: `/srv/${name}`, content: "x", ...inputs });
      for (const [n, file] of files.entries()) expect(await file.preview(declared(names[n] ?? ""))).toBe("create");
      return host.said;
    } finally {
      await host.close();
    }
  }

  const times = (said: string, text: string) => said.split(text).length - 1;
  const unseen = "was not looked at";

  test("a wrong vCenter password, told once and tried once", async () => {
    const before = world.simulator.calls.length;
    const said = await previewed({ password: "wr0ng" });
    expect(times(said, unseen)).toBe(1);
    expect(said).toMatch(/VSPHERE_PASSWORD/);
    expect(world.simulator.calls.slice(before).filter(({ method }) => method === "Login")).toHaveLength(1);
  });

  test("a server that does not answer", async () => {
    const gone = await startSimulator({ vms: 1, hosts: 1 });
    await gone.stop();
    const said = await previewed({ vsphereServer: gone.server });
    expect(times(said, unseen)).toBe(1);
    expect(said).toContain(gone.server.replace(/^https:\/\//, ""));
  });

  test("a certificate that is not trusted", async () => {
    const said = await previewed({ caFile: undefined });
    expect(times(said, unseen)).toBe(1);
    expect(said).toMatch(/certificate/i);
  });

  test("a refused guest login, told once and tried once", async () => {
    const before = world.simulator.calls.length;
    const said = await previewed({ guestPassword: "wr0ng" });
    expect(times(said, unseen)).toBe(1);
    expect(said).toMatch(/refused the login of "root"/);
    const asked = world.simulator.calls.slice(before).filter(({ method }) => method === "ListFilesInGuest");
    expect(asked).toHaveLength(1);
  });

  test("a machine that there is not, and one that is not known yet", async () => {
    const said = await previewed({}, { vm: "vm-l" });
    expect(times(said, unseen)).toBe(1);
    expect(said).toContain("vm-l");
    const before = world.simulator.calls.length;
    expect(await previewed({}, { vm: unknownSentinel })).toBe("");
    expect(world.simulator.calls).toHaveLength(before);
  });

  test("a machine that is off", async () => {
    const machine = world.simulator.vm("vm-1");
    await machine.powerOff();
    try {
      const said = await previewed();
      expect(times(said, unseen)).toBe(1);
      expect(said).toContain("is powered off");
    } finally {
      machine.powerOn();
    }
  });

  test("another machine is looked into all the same", async () => {
    const machine = world.simulator.vm("vm-2");
    writeFileSync(`${machine.root}/srv/a`, "of the user's");
    expect(await previewed({}, { vm: "vm-2" })).toContain("/srv/a: is there already; it is adopted and changed");
  });

  test("the preview sends no request that changes anything", async () => {
    const before = world.simulator.calls.length;
    await previewed();
    const methods = world.simulator.calls.slice(before).map(({ method }) => method);
    expect(methods).toContain("ListFilesInGuest");
    expect(methods.filter((method) => /Initiate|Change|Make|Move|Delete|Start/.test(method))).toEqual([]);
  });
});
