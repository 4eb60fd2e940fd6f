import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../until";
import { throughEachHost } from "../each-host";
import { startSimulated, type Simulated } from "../simulated";

const declared = { vm: "vm-1", path: "/srv/big/file", content: "x".repeat(200_000) };

/** A provider that dies in the middle of an upload leaves its temporary file. */
throughEachHost((startHost) => {
  let world: Simulated;
  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 1, hosts: 1 });
    mkdirSync(directory());
  });
  afterAll(() => world.stop());

  const directory = () => join(world.simulator.vm("vm-1").root, "srv/big");

  async function killedInUpload(): Promise<void> {
    await world.host.begin();
    world.simulator.disturbTransfer({ method: "PUT", bytesPerSecond: 10_000 });
    const deploy = world.host.create({ kind: "GuestFile", inputs: await checked() }).catch((error: unknown) => error);
    await until(() => readdirSync(directory()).some((name) => name.endsWith(".pulumi")));
    await world.host.kill();
    expect(await deploy).toBeInstanceOf(Error);
    world.simulator.clearDisturbances();
    expect(readdirSync(directory()).filter((name) => name.endsWith(".pulumi"))).toHaveLength(1);
    await world.host.begin();
  }
  const checked = async () => (await world.host.check({ kind: "GuestFile", inputs: declared })).inputs;

  test("the next deploy of the file takes it away", async () => {
    await killedInUpload();
    const file = world.resource("GuestFile");
    await file.up(declared);
    expect(readdirSync(directory())).toEqual(["file"]);
    await file.destroy();
    expect(readdirSync(directory())).toEqual([]);
  });

  test("so does its destroy", async () => {
    const file = world.resource("GuestFile");
    await file.up({ ...declared, content: "small" });
    await killedInUpload();
    await file.destroy();
    expect(readdirSync(directory())).toEqual([]);
  });
});
