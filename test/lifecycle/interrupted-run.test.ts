import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamicHost } from "./dynamic-host";
import { NativeHost } from "./native-host";
import { startSimulated, type Simulated } from "./simulated";

/** A deploy that dies while a program runs: the next one finds the run, and runs nothing twice unasked. */
describe.each([
  ["dynamic", DynamicHost],
  ["native", NativeHost],
])("the %s skin", (_name, Host) => {
  let world: Simulated;
  let name = 0;

  beforeAll(async () => {
    world = await startSimulated((config) => new Host(config), { vms: 1 });
  });
  afterAll(() => world.stop());
  beforeEach(() => (name += 1));

  const inGuest = (path: string) => join(world.simulator.vms[0]?.root ?? "", path);
  const leftBehind = () => readdirSync(inGuest("/tmp")).filter((each) => each.startsWith(".vsphere-guest"));
  const runs = () => readFileSync(inGuest(`/srv/runs${name}`), "utf8").split("\n").length - 1;
  const letEnd = () => writeFileSync(inGuest(`/srv/go${name}`), "");

  /** Says in the guest that it runs, goes on until it is let end, and then ends as told. */
  const script = (exitCode = 0) =>
    `echo ran >>/srv/runs${name}; until [ -e /srv/go${name} ]; do sleep 0.05; done; echo done; exit ${exitCode}`;

  /** Deploys, and kills the provider as soon as the program runs. */
  async function interrupted(inputs: object) {
    const resource = world.resource("GuestProgramRun");
    const deploy = resource.up({ vm: "vm-1", ...inputs }).catch((error: unknown) => error);
    await until(() => existsSync(inGuest(`/srv/runs${name}`)));
    await world.host.kill();
    expect(await deploy).toBeInstanceOf(Error);
    return resource;
  }

  test("the next deploy waits for a run that goes on", async () => {
    const inputs = { vm: "vm-1", script: script(), environment: { TOKEN: "secret" } };
    const resource = await interrupted(inputs);
    const again = resource.up(inputs);
    await until(() => world.host.said.includes("a run of an interrupted deploy"));
    letEnd();
    expect(await again).toBe("create");
    expect(resource.state).toMatchObject({ exitCode: 0, stdout: "done" });
    expect(runs()).toBe(1);
    expect(leftBehind()).toEqual([]);
  });

  test("the next deploy takes the result of a run that has ended; a failed one is run again by the one after", async () => {
    const inputs = { vm: "vm-1", script: script(3) };
    const resource = await interrupted(inputs);
    letEnd();
    await until(() => roomNames().some((each) => each.includes(".rc.3.")));
    await expect(resource.up(inputs)).rejects.toThrow("exit code 3");
    expect(runs()).toBe(1);
    await expect(resource.up(inputs)).rejects.toThrow("exit code 3");
    expect(runs()).toBe(2);
    expect(leftBehind()).toEqual([]);
  });

  test("another command, or one of a machine that was reset meanwhile, is run", async () => {
    const resource = await interrupted({ script: script() });
    await world.simulator.vm("vm-1").reset();
    letEnd();
    await resource.up({ vm: "vm-1", script: script() });
    expect(runs()).toBe(2);
    await resource.up({ vm: "vm-1", script: script(), triggers: [1] });
    expect(runs()).toBe(3);
  });

  function roomNames(): string[] {
    return leftBehind().flatMap((room) => readdirSync(inGuest(`/tmp/${room}`)));
  }
});

async function until(condition: () => boolean): Promise<void> {
  for (const patientUntilMs = Date.now() + 20_000; !condition();) {
    if (Date.now() > patientUntilMs) throw new Error(`still not so: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
