import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ vms: 2, hosts: 2 });
});
afterAll(() => world.stop());

/** What failed, as `check: reason`. */
async function complaints(at: CommandWorld = world, vm = "vm-1"): Promise<string[]> {
  const { stdout } = await at.run(["doctor", "--json", "--vm", vm]);
  const findings = JSON.parse(stdout) as { check: string; found: string; text: string }[];
  return findings.filter(({ found }) => found === "failed").map(({ check, text }) => `${check}: ${text}`);
}

test("guest operations that the machine's settings switch off", async () => {
  world.simulator.vm("vm-1").setExtraConfig("guest.commands.enabled", "FALSE");
  expect(await complaints()).toEqual([expect.stringMatching(/^guest login: .*guest\.commands\.enabled/)]);
  world.simulator.vm("vm-1").setExtraConfig("guest.commands.enabled", "TRUE");
  expect(await complaints()).toEqual([]);
});

test("guest operations that the guest's tools.conf switches off", async () => {
  const path = world.at("/etc/vmware-tools/tools.conf");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "[guestoperations]\nStartProgramInGuest.disabled=true\n");
  const found = await complaints();
  expect(found.at(-1)).toMatch(/^a program and its output: StartProgramInGuest /);
  for (const line of found) expect(line).toMatch(/switched off.*tools\.conf/);
  // What is removed where others can write is removed by a program.
  expect(found[0]).toMatch(/\/vsphere-guest-doctor-\S+ is left in the guest\.$/);
  writeFileSync(path, "[guestoperations]\ndisabled=true\n");
  expect(await complaints()).toEqual([expect.stringMatching(/^guest login: .*switched off.*tools\.conf/)]);
  rmSync(path);
});

test("a host whose licence allows no changes", async () => {
  const unlicensed = await startCommandWorld({ licensed: false });
  try {
    const found = await complaints(unlicensed);
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).toMatch(/licen[cs]e/);
  } finally {
    await unlicensed.stop();
  }
});

test("Tools that do not answer, and an ESXi host that can't be reached", async () => {
  world.simulator.vm("vm-2").setToolsState("notRunning");
  expect(await complaints(world, "vm-2")).toEqual([
    expect.stringMatching(/^power and VMware Tools: .*VMware Tools does not run yet/),
  ]);
  const env = {
    VSPHERE_TRANSFER_HOSTS: JSON.stringify({ [world.simulator.hosts[0]?.authority ?? ""]: "127.0.0.1:1" }),
  };
  const { stdout } = await world.run(["doctor", "--vm", "vm-1"], { env });
  expect(stdout).toMatch(/^FAILED file transfers to the ESXi host: /m);
  expect(stdout).toMatch(/^ok {5}a program and its output/m);
});
