import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ vms: 2 });
});
afterAll(() => world.stop());

test("vm find lists machines; nothing found is exit code 1", async () => {
  const [all, byPath, none, json] = await Promise.all([
    world.run(["vm", "find"]),
    world.run(["vm", "find", "/DC0/vm/*-2"]),
    world.run(["vm", "find", "x*"]),
    world.run(["vm", "find", "vm-1", "--json"]),
  ]);
  expect(all.stdout).toMatch(/^NAME .*\nvm-1 .*ready.*\nvm-2 .*\n$/);
  expect(byPath.stdout).toContain("/DC0/vm/vm-2");
  expect(none).toEqual({ code: 1, stdout: "", stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject([{ identity: { name: "vm-1" }, state: { powerState: "poweredOn" } }]);
});

test("power, Tools, registration", async () => {
  const on = (...args: string[]) => world.run([...args, "--vm", "vm-2"]);
  for (const verb of ["mount", "unmount", "upgrade"])
    expect(await on("tools", verb)).toMatchObject({ code: 0, stderr: "" });
  expect((await on("tools", "wait")).code).toBe(0);
  expect((await on("vm", "unregister")).stderr).toMatch(/Unregistering VM "vm-2".*poweredOn/);
  expect(await on("vm", "power", "off")).toMatchObject({ code: 0, stdout: "" });
  expect((await on("vm", "power", "off")).stdout).toBe("it was so already\n");
  expect((await on("tools", "wait", "--timeout", "1")).stderr).toMatch(/it is powered off/);
  expect((await on("vm", "power", "up")).code).toBe(2);
  const path = "[datastore1] vm-2/vm-2.vmx";
  const vmx = /\[[^\]]+\] [^"]+\.vmx/.exec(JSON.stringify(world.simulator.vm("vm-2")))?.[0] ?? path;
  expect((await on("vm", "unregister")).code).toBe(0);
  expect((await on("exists", "/")).code).toBe(2);
  const registered = await world.run(["vm", "register", vmx, "--folder", "/DC0/vm"]);
  expect([registered.code, registered.stderr]).toEqual([0, ""]);
  expect(registered.stdout).toMatch(/^vm-\d+\n$/);
  expect((await on("vm", "power", "on")).code).toBe(0);
  expect((await on("exists", "/etc", "--wait")).stdout).toBe("true\n");
});

test("doctor finds what is wrong, and goes no further than it can", async () => {
  const well = await world.run(["doctor", "--vm", "vm-1"]);
  expect(well.code).toBe(0);
  expect(well.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("ok "))).toEqual([]);
  const login = await world.run(["doctor", "--vm", "vm-1", "--json"], { env: { VSPHERE_GUEST_PASSWORD: "wr0ng" } });
  const findings = JSON.parse(login.stdout) as { check: string; found: string; text: string }[];
  expect(findings.map(({ found }) => found).slice(7)).toEqual(["failed", ...Array(4).fill("not checked")]);
  expect(login.code).toBe(1);
  const certificate = await world.run(["doctor", "--vm", "vm-1"], { env: { VSPHERE_CA_FILE: undefined } });
  expect(certificate.stdout).toMatch(/^FAILED connection and certificate: /m);
  const nowhere = await world.run(["doctor", "--vm", "vm-1", "--server", "no-such-host.invalid"]);
  expect(nowhere.stdout).toMatch(/^FAILED name of the server: no-such-host.invalid is not known here/);
  const user = "administrator@vsphere.local";
  world.simulator.setPrivileges(user, ["System.View", "System.Read", "VirtualMachine.GuestOperations.Query"]);
  const denied = await world.run(["doctor", "--vm", "vm-1"]);
  world.simulator.setPrivileges(user, undefined);
  expect(denied.stdout).toMatch(/lacks VirtualMachine.GuestOperations.Modify, VirtualMachine.GuestOperations.Execute/);
  for (const { stdout, stderr } of [well, login, certificate, denied])
    expect(stdout + stderr).not.toMatch(/simulated"|wr0ng/);
});

test("a machine under two names is worked on once, and one that is not there hides no other", async () => {
  const { instanceUuid } = world.simulator.vm("vm-1");
  const named = ["--vm", "vm-1", "--vm", "/DC0/vm/vm-1", "--vm", instanceUuid, "--vm", "vm-[1]"];
  const once = await world.run(["exists", "/etc", ...named]);
  expect(once).toEqual({ code: 0, stdout: "vm-1: true\n", stderr: "" });
  const partly = await world.run(["exists", "/etc", "--vm", "vm-1", "--vm", "vm-9"]);
  expect([partly.code, partly.stdout]).toEqual([1, "vm-1: true\n"]);
  expect(partly.stderr).toMatch(/^vm-9: No VM "vm-9"/);
});
