import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guestProgramRun } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
const vm = "vm-1";
const machine = () => lifecycle.simulator.vm(vm);
const inGuest = (path: string) => join(machine().root, path);
const waiting = "vm-1: waiting for the guest to reboot";

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start();
  // Boots are told apart by whole seconds, of which two must have begun.
  await lifecycle.create(guestProgramRun, { vm, script: "sleep 2" });
  machine().setBootDelay(2_500);
});
afterAll(() => lifecycle.stop());
beforeEach(() => void lifecycle.lines.splice(0));

const run = (inputs: object) => lifecycle.create(guestProgramRun, { vm, ...inputs });

test("an exit code that tells of a reboot: the run is done once the guest has come back", async () => {
  const deploy = run({ script: "echo one >>/srv/a; echo installed; exit 194", rebootExitCodes: [194] });
  await until(() => lifecycle.lines.includes(waiting));
  await machine().reset();
  expect((await deploy).state).toMatchObject({ exitCode: 194, stdout: "installed", succeeded: true });
  expect(machine().toolsState).toBe("running");
  expect(readFileSync(inGuest("/srv/a"), "utf8")).toBe("one\n");
});

test("other exit codes wait for nothing", async () => {
  expect((await run({ script: "exit 0", rebootExitCodes: [194] })).state).toMatchObject({ exitCode: 0 });
  await expect(run({ script: "exit 5", rebootExitCodes: [194] })).rejects.toThrow("accepted are 0, 194");
  await expect(run({ script: "exit 5", expectReboot: true })).rejects.toThrow("exit code 5");
  expect(lifecycle.lines).not.toContain(waiting);
});

test("a run that is expected to reboot the guest, and ends before that", async () => {
  const deploy = run({ script: "echo rebooting", expectReboot: true });
  await until(() => lifecycle.lines.includes(waiting));
  await machine().reset();
  expect((await deploy).state).toMatchObject({ exitCode: 0, stdout: "rebooting", succeeded: true });
});

test("a run that is expected to reboot the guest, and is cut off by it", async () => {
  const inputs = { script: "touch /srv/b; sleep 600", expectReboot: true };
  const deploy = run(inputs);
  await until(() => existsSync(inGuest("/srv/b")));
  await machine().reset();
  const made = await deploy;
  expect(made.state).toMatchObject({ stdout: "", succeeded: true });
  expect(made.state).not.toHaveProperty("exitCode");
  expect(lifecycle.lines).toContain("vm-1: the reboot has ended the run, which counts as done");
  expect(await lifecycle.differences(guestProgramRun, made, { vm, ...inputs })).toEqual([]);
});

test("a reboot that nobody expects fails the run, and ends no process of the next boot", async () => {
  const deploy = run({ script: "touch /srv/c; sleep 600" });
  await until(() => existsSync(inGuest("/srv/c")));
  lifecycle.simulator.clearCalls();
  await machine().reset();
  await expect(deploy).rejects.toThrow("ended without a result");
  expect(lifecycle.simulator.calls.map(({ method }) => method)).not.toContain("TerminateProcessInGuest");
});

test("a reboot that does not come is a timeout", async () => {
  await expect(run({ script: "true", expectReboot: true, timeoutSeconds: 4 })).rejects.toThrow("It has not rebooted.");
});

test("nothing is left in the guest", () => {
  expect(readdirSync(inGuest("/tmp"))).toEqual([]);
});

async function until(condition: () => boolean): Promise<void> {
  for (const patientUntilMs = Date.now() + 20_000; !condition();) {
    if (Date.now() > patientUntilMs) throw new Error(`still not so: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
