import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "./simulated-project";

const timeoutMs = 400_000;
const machines = 50;

/** The note's Figure 1 on 50 machines: `more` are the settings of how to go through them. */
const program = (door: "dynamic" | "native", more: string) => `
const door = ${door === "native" ? 'require("pulumi-vsphere-guest/native")' : "guest"};
const customization = new door.GuestCustomization("app", {
  vms,
  powerOn: true,
  timeoutSeconds: 20,
  directories: [{ path: "/srv/app" }],
  files: [{ path: "/srv/app/app.conf", content: "listen = 8080\\n" }],
  programs: [{
    script: "test ! -e /srv/break || exit 3; cat /srv/app/app.conf >/srv/install.log",
    logPaths: ["/srv/install.log"],
  }],
  ${more}
});
module.exports.failed = customization.failed;
module.exports.logs = customization.machines.apply((all) => all.map(({ logs }) => logs["/srv/install.log"]));
`;

describe.each(["dynamic", "native"] as const)(
  "a customization of 50 machines, 3 of them broken, through the %s door",
  (door) => {
    let project: SimulatedProject;
    const vm = (number: number) => project.simulator.vm(`vm-${number}`);
    const at = (number: number, path: string) => join(vm(number).root, path);
    const path = (number: number) => `/DC0/vm/vm-${number}`;

    beforeAll(async () => {
      const plugin = join(packageRoot, "plugin");
      project = await SimulatedProject.start(
        program(door, "maxFailures: 3, batchSize: 20"),
        { vms: machines, hosts: 4 },
        plugin,
      );
      vm(3).setToolsState("notRunning");
      writeFileSync(at(7, "srv/app"), "in the way");
      writeFileSync(at(11, "srv/break"), "");
      await vm(20).powerOff();
    }, timeoutMs);
    afterAll(() => project.stop());

    test(
      "as many failures as may be: it goes through all, and tells of each",
      async () => {
        const { printed } = await project.run("up");
        const outputs = await project.project.stack.outputs();
        expect(outputs.failed?.value).toEqual([path(3), path(7), path(11)]);
        expect((outputs.logs?.value as unknown[]).filter((log) => log === "listen = 8080\n")).toHaveLength(
          machines - 3,
        );
        expect(printed).toMatch(/vm-3: .*VMware Tools/);
        expect(printed).toMatch(/vm-7: .*is a file/);
        expect(printed).toMatch(/vm-11: .*exit code 3/);
        for (const number of [1, 20, 50])
          expect(readFileSync(at(number, "srv/app/app.conf"), "utf8")).toBe("listen = 8080\n");
      },
      timeoutMs,
    );

    test(
      "the next up tries those that failed, and no other",
      async () => {
        vm(3).setToolsState("running");
        rmSync(at(7, "srv/app"));
        rmSync(at(11, "srv/break"));
        const { changed } = await project.run("up");
        expect(Object.fromEntries(changed)).toEqual(
          Object.fromEntries([3, 7, 11].map((number) => [`app-${path(number)}`, "update"])),
        );
        expect((await project.project.stack.outputs()).failed?.value).toEqual([]);
      },
      timeoutMs,
    );

    test(
      "more failures than may be stop it: later batches are not begun, and the deploy says so",
      async () => {
        for (const number of [1, 2]) writeFileSync(at(number, "srv/break"), "");
        const stopping = program(door, "maxFailures: 1, batchSize: 10").replace("8080", "9090");
        project.edit(stopping);
        const failed = await project.run("up").catch((error: unknown) => String(error));
        expect(failed).toMatch(/app: 2 of 50 machines failed, 40 were not begun:/);
        expect(readFileSync(at(10, "srv/app/app.conf"), "utf8")).toBe("listen = 9090\n");
        expect(readFileSync(at(11, "srv/app/app.conf"), "utf8")).toBe("listen = 8080\n");
      },
      timeoutMs,
    );

    test(
      "destroy takes all away",
      async () => {
        for (const number of [1, 2]) rmSync(at(number, "srv/break"));
        await project.run("destroy");
        for (const number of [1, 3, 10, 50]) expect(existsSync(at(number, "srv/app"))).toBe(false);
      },
      timeoutMs,
    );
  },
);
