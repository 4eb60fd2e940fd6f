import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withoutNames } from "../../cli/try/report";
import { startCommandWorld, type CommandWorld } from "./command-world";

const name = "shop-web-7";
let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ vms: [{ name }, { name: "hardened" }] });
});
afterAll(() => world.stop());

interface Report {
  readonly held: number;
  readonly failed: number;
  readonly results: readonly { readonly check: string; readonly outcome: string; readonly text?: string }[];
}

/** What is in the directories for temporary files that is not the simulator's own. */
const leftovers = (vm: string) =>
  readdirSync(world.at("/tmp", vm), { recursive: true }).filter((path) => /vsphere-guest|trial/.test(String(path)));

test("all that the resources do holds in a simulated guest, and nothing is left there", async () => {
  const { code, stdout, stderr } = await world.run(["try", "--vm", name]);
  expect(stdout).not.toMatch(/^FAILED/m);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /^\d+ held, 0 failed, \d+ not applicable\. Report: vsphere-guest-try\.md, vsphere-guest-try\.json$/m,
  );
  expect(leftovers(name)).toEqual([]);
  const report = JSON.parse(readFileSync(join(world.directory, "vsphere-guest-try.json"), "utf8")) as Report;
  expect(report.held).toBeGreaterThan(60);
  const again = await world.run(["try", "--vm", name]);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("vsphere-guest-try.md: is there already")]);
}, 240_000);

test("what does not hold is told with its reason, and the report names nobody", async () => {
  const path = world.at("/etc/vmware-tools/tools.conf", "hardened");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "[guestoperations]\nStartProgramInGuest.disabled=true\n");
  const { code, stdout } = await world.run(["try", "--vm", "hardened", "--report", "switched-off", "--json"]);
  expect(code).toBe(1);
  const { results } = JSON.parse(stdout) as Report;
  const run = results.find(({ check }) => check.startsWith("stdout, stderr"));
  expect(run).toMatchObject({
    outcome: "failed",
    text: expect.stringMatching(/switched off[^]*tools\.conf/) as unknown,
  });
  // What is removed where others can write is removed by a program.
  expect(results.at(-1)).toMatchObject({ check: "nothing is left in the guest", outcome: "failed" });
  for (const file of ["switched-off.md", "switched-off.json"]) {
    const text = readFileSync(join(world.directory, file), "utf8");
    expect(text).toContain("<machine>");
    for (const told of ["hardened", "/DC0", "127.0.0.1", "administrator", world.simulator.vm("hardened").instanceUuid])
      expect(text).not.toContain(told);
  }
  writeFileSync(path, "");
}, 240_000);

test("Ctrl-C ends it, and takes its directory away", async () => {
  let isSent = false;
  const ended = await world.run(["try", "--vm", name, "--report", "cut"], {
    onOutput: (stdout, signal) => {
      if (!isSent && stdout.includes("contents: 8 MiB")) signal("SIGINT");
      isSent ||= stdout.includes("contents: 8 MiB");
    },
  });
  expect(ended.code).toBe(130);
  expect(leftovers(name)).toEqual([]);
  expect(existsSync(join(world.directory, "cut.md"))).toBe(false);
}, 120_000);

test("names, ids and addresses go from what is told", () => {
  const names = [
    ["web-1", "<machine>"],
    ["web-1.example.com", "<machine>"],
  ] as const;
  const told =
    "web-1.example.com web-1 10.0.0.7:443 esx-1.example.com:443 [fe80::1]:443 0f3b9c1a-0000-4000-8000-1234567890ab";
  expect(withoutNames(told, names)).toBe("<machine> <machine> <address> <address> <address> <id>");
});
