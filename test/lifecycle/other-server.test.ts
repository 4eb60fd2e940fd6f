import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startSimulator, type Simulator } from "../../simulator";
import { until } from "../until";
import { throughEachHost } from "./each-host";
import type { Host } from "./host";
import { patienceMs } from "./one-guest";
import { SharedOperations } from "./shared-operations";
import { configFor } from "./simulated";
import { DeployedResource } from "./stack";

const [hereUuid, thereUuid] = ["aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"];
const movedUuid = "cccccccc-0000-4000-8000-000000000003";

/** A machine for each rule. */
const machines = ["misled", "mover", "lost", "alias", "hidden", "gone", "old", "renamed", "double"];

const file = { path: "/srv/file", content: "x" };
const run = { script: "true", delete: "touch /srv/deleted" };

/** Two servers with machines of the same names: which of them has the machine of a record? */
throughEachHost((startHost) => {
  let here: Simulator;
  let there: Simulator;
  /** Engines, connected to one server or the other. */
  let hosts: Record<"here" | "there" | "givenUp" | "alias", Host>;
  let toBegin = new Set<Host>();
  const operations = new SharedOperations(async () => void (toBegin = new Set(Object.values(hosts))));

  beforeAll(async () => {
    here = await startSimulator({ hosts: 1, serverUuid: hereUuid, vms: machines.map((name) => ({ name })) });
    // The simulator derives UUIDs from number and name: no machine of these has both alike with one of the others.
    const vms = [{ name: "lost" }, { name: "misled" }, { name: "moved", instanceUuid: movedUuid }];
    there = await startSimulator({ hosts: 1, serverUuid: thereUuid, vms });
    const alias = `https://LOCALHOST:${here.server.split(":")[1] ?? ""}/sdk/`;
    hosts = {
      here: startHost(configFor(here)),
      there: startHost(configFor(there)),
      givenUp: startHost({ ...configFor(there), missingMachines: "gone" }),
      alias: startHost({ ...configFor(here), vsphereServer: alias, allowUnverifiedSsl: "true" }),
    };
  });
  afterAll(async () => {
    for (const host of Object.values(hosts)) await host.close();
    await here.stop();
    await there.stop();
  });

  function rule(name: string, body: () => Promise<void>): void {
    test(name, operations.add(body), patienceMs);
  }

  /** A resource in the hands of the engine that is connected so, perhaps with the record of another. */
  function resource(connected: keyof typeof hosts, kind: string, of?: DeployedResource): DeployedResource {
    const host = hosts[connected];
    const made = new DeployedResource(host, kind, (work) =>
      operations.within(async () => {
        if (toBegin.delete(host)) await host.begin();
        return work();
      }),
    );
    made.recorded = of?.recorded;
    return made;
  }

  const at = (simulator: Simulator, vm: string, path: string) => join(simulator.vm(vm).root, path);

  for (const [kind, declared] of [
    ["GuestFile", file],
    ["GuestProgramRun", run],
  ] as const) {
    rule(
      `a ${kind} of another server is not gone: preview, refresh and destroy are errors that name both`,
      async () => {
        const made = resource("here", kind);
        const wanted = { vm: "misled", ...declared };
        await made.up(wanted);
        const misled = resource("there", kind, made);
        const said = new RegExp(`vm-1 of ${here.server} \\(${hereUuid}\\).*${there.server} \\(${thereUuid}\\)`);
        await expect(misled.preview(wanted)).rejects.toThrow(said);
        await expect(misled.preview({ ...wanted, vm: "nowhere" })).rejects.toThrow(said);
        if (kind === "GuestFile") await expect(misled.preview({ ...wanted, path: "/srv/g" })).rejects.toThrow(said);
        await expect(misled.refresh()).rejects.toThrow(said);
        await expect(misled.destroy()).rejects.toThrow(said);
        await made.destroy();
        const done =
          kind === "GuestFile"
            ? !existsSync(at(here, "misled", "srv/file"))
            : existsSync(at(here, "misled", "srv/deleted"));
        expect(done).toBe(true);
      },
    );
  }

  rule("a machine that is found on another server is the same one: work goes on there", async () => {
    const made = resource("here", "GuestFile");
    const wanted = { vm: "mover", ...file };
    await made.up(wanted);
    const { state, inputs } = made.recorded!;
    const moved = resource("there", "GuestFile");
    // As if the machine had gone over by vMotion: same UUID, same record.
    moved.recorded = { id: `${movedUuid}:/srv/file`, state: { ...state, instanceUuid: movedUuid }, inputs };
    expect(await moved.up({ ...wanted, vm: "moved" })).toBe("update");
    expect(moved.state["registration"]).toBe(`vm-3@${there.server}/${thereUuid}`);
    await moved.destroy();
    expect(existsSync(at(there, "moved", "srv/file"))).toBe(false);
  });

  rule("that a server has gone for good is said by missingMachines", async () => {
    const made = resource("here", "GuestFile");
    const wanted = { vm: "lost", ...file };
    await made.up(wanted);
    const givenUp = resource("givenUp", "GuestFile", made);
    expect(await givenUp.preview(wanted)).toBe("replace");
    expect(await givenUp.refresh()).toBe(false);
    await until(() => /\/srv\/file: .*taken for gone \(missingMachines\)/.test(hosts.givenUp.said));
    await until(() => /\/srv\/file: .*leaves the record/.test(hosts.givenUp.said));
    await resource("givenUp", "GuestFile", made).destroy();
    expect(existsSync(at(here, "lost", "srv/file"))).toBe(true);
  });

  rule("another notation of the server, or another name, is the same server", async () => {
    const made = resource("here", "GuestFile");
    const wanted = { vm: "alias", ...file };
    await made.up(wanted);
    const same = resource("alias", "GuestFile", made);
    expect(await same.preview(wanted)).toBe("same");
    expect(await same.refresh()).toBe(true);
    expect(same.state["registration"]).toBe(made.state["registration"]);
    await same.destroy();
    expect(existsSync(at(here, "alias", "srv/file"))).toBe(false);
  });

  rule("a machine that the login may not see is not gone: an error, and refresh keeps its record", async () => {
    const hidden = resource("here", "GuestFile");
    const wanted = { vm: "hidden", ...file };
    await hidden.up(wanted);
    const [vm, user] = [here.vm("hidden"), "administrator@vsphere.local"];
    vm.setVisible(user, false);
    await expect(hidden.preview(wanted)).rejects.toThrow(/may not read.*System\.(View|Read)/);
    await expect(hidden.destroy()).rejects.toThrow(/may not read/);
    expect(await hidden.refresh()).toBe(true);
    await until(() => /\/srv\/file: .*may not read.*What is recorded is kept/.test(hosts.here.said));
    vm.setVisible(user, true);
    expect(await hidden.up(wanted)).toBe("same");
  });

  rule("what a refresh drops is named", async () => {
    const gone = resource("here", "GuestFile");
    await gone.up({ vm: "gone", ...file });
    const { recorded } = gone;
    rmSync(at(here, "gone", "srv/file"));
    expect(await gone.refresh()).toBe(false);
    await until(() => hosts.here.said.includes("gone /srv/file: it is no longer there: it leaves the record"));
    gone.recorded = recorded;
    await here.vm("gone").remove();
    expect(await gone.refresh()).toBe(false);
    await until(() => hosts.here.said.includes("/srv/file: the virtual machine is gone: it leaves the record"));
    gone.recorded = recorded;
    await gone.destroy();
  });

  rule("a record that does not note the server works while its machine is found; then nothing is dropped", async () => {
    const made = resource("here", "GuestFile");
    const wanted = { vm: "old", ...file };
    await made.up(wanted);
    const { registration, ...state } = made.recorded!.state;
    const recorded = { ...made.recorded!, state };
    made.recorded = recorded;
    expect(await made.preview(wanted)).toBe("same");
    expect(await made.refresh()).toBe(true);
    expect(made.state["registration"]).toBe(registration);
    const refreshed = made.recorded;
    await here.vm("old").remove();
    made.recorded = recorded;
    for (const work of [() => made.preview(wanted), () => made.refresh(), () => made.destroy()]) {
      await expect(work()).rejects.toThrow(/did not note the server.*pulumi state delete/);
    }
    made.recorded = refreshed;
    await made.destroy();
  });

  rule("a machine that was renamed is not gone: the preview says what it is called now", async () => {
    const made = resource("here", "GuestFile");
    await made.up({ vm: "renamed", ...file });
    here.vm("renamed").rename("renamed-2");
    expect(await made.preview({ vm: "renamed", ...file })).toBe("replace");
    await until(() => /made on renamed-2 .*still there/.test(hosts.here.said));
    expect(await made.preview({ vm: "renamed-2", ...file })).toBe("same");
  });

  rule("a name that fits two machines changes neither", async () => {
    const made = resource("here", "GuestFile");
    here.vm("double").rename("vm-1");
    await expect(made.up({ vm: "vm-1", ...file })).rejects.toThrow(/2 VMs match "vm-1"/);
    expect(await made.up({ vm: { name: "vm-1" }, ...file })).toBe("create");
  });

  test(
    "an ESXi host tells what is gone by its hardware's UUID",
    async () => {
      const [host, other] = [
        await startSimulator({ serverKind: "esxi", hosts: 1, serverUuid: hereUuid, vms: [{ name: "web" }] }),
        await startSimulator({ serverKind: "esxi", hosts: 1, serverUuid: thereUuid, vms: [] }),
      ];
      const [engine, misled] = [startHost(configFor(host)), startHost(configFor(other))];
      try {
        const made = new DeployedResource(engine, "GuestFile");
        await made.up({ vm: "web", ...file });
        expect(made.state["registration"]).toBe(`vm-1@${host.server}/${hereUuid}`);
        const same = new DeployedResource(misled, "GuestFile");
        same.recorded = made.recorded;
        await expect(same.refresh()).rejects.toThrow(new RegExp(`${hereUuid}.*${thereUuid}`));
        await host.vm("web").remove();
        expect(await made.refresh()).toBe(false);
      } finally {
        await engine.close();
        await misled.close();
        await host.stop();
        await other.stop();
      }
    },
    patienceMs,
  );
});
