import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../until";
import { throughEachHost } from "../each-host";
import { startSimulated, type Simulated } from "../simulated";

/** How a family of guests runs the program that is interrupted. */
export interface Family {
  readonly os: "linux" | "windows";
  /** Below the guest's root: where runs leave their traces while they go on. */
  readonly temporary: string;
  /** Says in the guest that it runs, goes on until it is let end, and then ends as told. */
  script(name: number, exitCode: number): string;
}

/** A deploy that dies while a program runs: the next one finds the run, and runs nothing twice unasked. */
export function interruptedRuns(family: Family): void {
  throughEachHost((startHost) => {
    let world: Simulated;
    let name = 0;

    beforeAll(async () => {
      world = await startSimulated(startHost, { vms: 1, os: family.os });
      mkdirSync(inGuest("srv"), { recursive: true });
    });
    afterAll(() => world.stop());
    beforeEach(() => (name += 1));

    const inGuest = (path: string) => join(world.simulator.vms[0]?.root ?? "", path);
    const temporary = (path = "") => inGuest(join(family.temporary, path));
    const leftBehind = () => readdirSync(temporary()).filter((each) => each.startsWith(".vsphere-guest"));
    const runs = () =>
      readFileSync(inGuest(`srv/runs${name}`), "utf8")
        .trim()
        .split("\n").length;
    const letEnd = () => writeFileSync(inGuest(`srv/go${name}`), "");
    const script = (exitCode = 0) => family.script(name, exitCode);

    /** Deploys, and kills the provider as soon as the program runs. */
    async function interrupted(inputs: object) {
      const resource = world.resource("GuestProgramRun");
      const deploy = resource.up({ vm: "vm-1", ...inputs }).catch((error: unknown) => error);
      await until(() => existsSync(inGuest(`srv/runs${name}`)));
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
      await until(() => leftBehind().length === 0);
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
      await until(() => leftBehind().length === 0);
    });

    test("a provider whose engine was killed leaves its run to the next deploy, logs out and ends", async () => {
      const inputs = { vm: "vm-1", script: script(), environment: { TOKEN: "secret" } };
      // Those of providers that were killed.
      world.simulator.expireSessions();
      const deploy = world
        .resource("GuestProgramRun")
        .up(inputs)
        .catch((error: unknown) => error);
      await until(() => existsSync(inGuest(`srv/runs${name}`)));
      expect(await world.host.loseEngine()).toBe(0);
      expect(await deploy).toBeInstanceOf(Error);
      expect(world.simulator.sessions).toBe(0);
      letEnd();
      // What the provider still answered, nobody has recorded.
      const resource = world.resource("GuestProgramRun");
      expect(await resource.up(inputs)).toBe("create");
      expect(resource.state).toMatchObject({ exitCode: 0, stdout: "done" });
      expect(runs()).toBe(1);
      await until(() => leftBehind().length === 0);
    });

    test("a run that is waited for is ended with its tree when it takes too long", async () => {
      const inputs = { vm: "vm-1", script: script() };
      const resource = await interrupted(inputs);
      await expect(resource.up({ ...inputs, timeoutSeconds: 5 })).rejects.toThrow("timed out after 5 s");
      expect(runs()).toBe(1);
      await until(() => leftBehind().length === 0);
      expect(world.host.said).not.toContain("may still run");
    });

    test("a deploy that loses its vCenter leaves its run to the next one, and nothing in the end", async () => {
      const inputs = { vm: "vm-1", script: script() };
      const resource = world.resource("GuestProgramRun");
      const deploy = resource.up(inputs).catch((error: unknown) => error);
      await until(() => existsSync(inGuest(`srv/runs${name}`)));
      world.simulator.httpError({ method: "*", status: 404, times: 10_000 });
      expect(await deploy).toBeInstanceOf(Error);
      world.simulator.clearDisturbances();
      expect(world.host.said).toContain("may still run");
      const again = resource.up(inputs);
      await until(() => world.host.said.includes("a run of an interrupted deploy"));
      letEnd();
      await again;
      expect(runs()).toBe(1);
      expect(resource.state).toMatchObject({ exitCode: 0, stdout: "done" });
      await until(() => leftBehind().length === 0);
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
      return leftBehind().flatMap((room) => readdirSync(temporary(room)));
    }
  });
}
