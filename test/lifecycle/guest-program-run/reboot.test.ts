import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { throughEachHost } from "../each-host";
import { startSimulated, type Simulated } from "../simulated";
import { until } from "../../until";

/** Boots are told apart by whole seconds, of which two must have begun. */
const apartMs = 2_500;
/** One for each rule, and some for rules that CI tries again. */
const machines = 8;

/** Runs that reboot the guest. Each rule has a machine of its own, whose first boot lies far enough back. */
throughEachHost((startHost) => {
  let world: Simulated;
  let number = 0;

  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: machines, hosts: 1 });
    for (const vm of world.simulator.vms) vm.setBootDelay(500);
    await delay(apartMs);
  });
  afterAll(() => world.stop());
  beforeEach(() => (number += 1));

  const vm = () => `vm-${number}`;
  const machine = () => world.simulator.vm(vm());
  const inGuest = (path: string) => join(machine().root, path);
  const isWaiting = () => world.host.said.includes(`${vm()}: waiting for the guest to reboot`);
  const declared = (inputs: object) => ({ vm: vm(), timeoutSeconds: 30, ...inputs });

  test("an exit code that tells of a reboot: done once the guest has come back", async () => {
    const run = world.resource("GuestProgramRun");
    const script = "echo one >>/srv/runs; echo installed; exit 194";
    const deploy = run.upWithin(declared({ script, rebootExitCodes: [194] }));
    await until(isWaiting);
    await machine().reset();
    expect(await deploy).toBe("create");
    expect(machine().toolsState).toBe("running");
    expect(run.state).toMatchObject({ exitCode: 194, stdout: "installed", succeeded: true });
    expect(readFileSync(inGuest("/srv/runs"), "utf8")).toBe("one\n");
    await until(() => readdirSync(inGuest("/tmp")).length === 0);
  });

  test("other exit codes wait for nothing", async () => {
    const ran = async (inputs: object) => {
      const run = world.resource("GuestProgramRun");
      await run.upWithin(declared(inputs));
      return run.state;
    };
    expect(await ran({ script: "exit 0", rebootExitCodes: [194] })).toMatchObject({ exitCode: 0 });
    await expect(ran({ script: "exit 5", rebootExitCodes: [194] })).rejects.toThrow("accepted are 0, 194");
    await expect(ran({ script: "exit 5", expectReboot: true })).rejects.toThrow("exit code 5");
    expect(isWaiting()).toBe(false);
  });

  test("a run that is expected to reboot the guest, and ends before that", async () => {
    const run = world.resource("GuestProgramRun");
    const deploy = run.upWithin(declared({ script: "echo rebooting", expectReboot: true }));
    await until(isWaiting);
    await machine().reset();
    expect(await deploy).toBe("create");
    expect(run.state).toMatchObject({ exitCode: 0, stdout: "rebooting", succeeded: true });
  });

  test("a run that is expected to reboot the guest, and is cut off by it, counts as done", async () => {
    const run = world.resource("GuestProgramRun");
    const deploy = run.upWithin(declared({ script: "touch /srv/begun; sleep 600", expectReboot: true }));
    await until(() => existsSync(inGuest("/srv/begun")));
    await machine().reset();
    expect(await deploy).toBe("create");
    expect(run.state).toMatchObject({ stdout: "", succeeded: true });
    expect(run.state).not.toHaveProperty("exitCode");
    await until(() => world.host.said.includes(`${vm()}: the reboot has ended the run, which counts as done`));
  });

  test("a reboot that nobody expects fails the run, and ends no process of the next boot", async () => {
    const run = world.resource("GuestProgramRun");
    const deploy = run.upWithin(declared({ script: "touch /srv/begun; sleep 600" }));
    await until(() => existsSync(inGuest("/srv/begun")));
    world.simulator.clearCalls();
    await machine().reset();
    await expect(deploy).rejects.toThrow("ended without a result");
    expect(world.simulator.calls.map(({ method }) => method)).not.toContain("TerminateProcessInGuest");
  });

  test("a reboot that does not come is a timeout", async () => {
    const run = world.resource("GuestProgramRun");
    const deploy = run.upWithin(declared({ script: "true", expectReboot: true, timeoutSeconds: 3 }));
    await expect(deploy).rejects.toThrow("It has not rebooted.");
  });
});
