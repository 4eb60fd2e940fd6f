import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { read } from "../../provider/lifecycle/read";
import { guestDirectory, guestFile, guestProgramRun } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

/** The simulator's ESXi host cannot be reached: nobody listens on port 1. */
const closed = { transferHosts: { "127.0.0.1": "127.0.0.1:1" } };

let all: SimulatedLifecycle;
let lifecycle: SimulatedLifecycle;

beforeEach(async () => {
  all = await SimulatedLifecycle.start();
  lifecycle = all.with(closed);
});
afterEach(() => all.stop());

const inGuest = (path: string) => join(all.simulator.vms[0]!.root, path);
const warnings = () => lifecycle.lines.filter((line) => line.includes("can't reach its ESXi host"));

function expectNothingLeft() {
  expect(readdirSync(inGuest("/tmp")).filter((name) => name.includes("vsphere-guest"))).toEqual([]);
  expect(readdirSync(inGuest("/etc")).filter((name) => name.startsWith("."))).toEqual([]);
}

test("a file is created, found changed, repaired, updated, read and removed", async () => {
  const inputs = { vm: "vm-1", path: "/etc/app.conf", content: "port = 80\n".repeat(8_000), mode: "0640" };
  const created = await lifecycle.create(guestFile, inputs);
  expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe(inputs.content);
  expect(statSync(inGuest("/etc/app.conf")).mode & 0o777).toBe(0o640);
  expect(warnings()).toEqual([expect.stringMatching(/127\.0\.0\.1:1.*open https to it/)]);
  expect(await lifecycle.differences(guestFile, created, inputs)).toEqual([]);

  writeFileSync(inGuest("/etc/app.conf"), inputs.content.replace("80", "81"));
  utimesSync(inGuest("/etc/app.conf"), 1_000, 1_000);
  expect(await lifecycle.differences(guestFile, created, inputs)).toHaveLength(1);
  const repaired = await lifecycle.update(guestFile, created, inputs);
  expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe(inputs.content);
  expect(await lifecycle.differences(guestFile, repaired, inputs)).toEqual([]);

  const changed = { ...inputs, content: "port = 443\n" };
  const updated = await lifecycle.update(guestFile, repaired, changed);
  expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe(changed.content);
  const request = { id: updated.id, state: updated.state, secretInputs: new Set<string>() };
  const seen = await read(guestFile, request, lifecycle.context);
  expect(seen?.state).toMatchObject({ sha256: updated.state["sha256"], sizeBytes: changed.content.length });
  await lifecycle.remove(guestFile, updated);
  expect(readdirSync(inGuest("/etc"))).not.toContain("app.conf");
  expectNothingLeft();
});

test("one warning per host, however many files", async () => {
  for (const name of ["a", "b", "c"]) {
    await lifecycle.create(guestFile, { vm: "vm-1", path: `/etc/${name}.conf`, content: name });
  }
  expect(warnings()).toHaveLength(1);
});

test("a secret is not shown in the process table unasked; the next deploy that may, converges", async () => {
  const inputs = { vm: "vm-1", path: "/etc/key", content: "s3cret", mode: "0600" };
  const creating = lifecycle.create(guestFile, inputs, ["content"]);
  await expect(creating).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  await expect(creating).rejects.not.toThrow(/s3cret/);
  expect(readdirSync(inGuest("/etc"))).not.toContain("key");
  await all.with({ ...closed, transfer: "inBand" }).create(guestFile, inputs, ["content"]);
  expect(readFileSync(inGuest("/etc/key"), "utf8")).toBe("s3cret");
  expectNothingLeft();
});

test("a resource may ask for the way through vCenter itself", async () => {
  const inputs = { vm: "vm-1", path: "/etc/key", content: "s3cret", mode: "0600", transfer: "inBand" };
  const created = await lifecycle.create(guestFile, inputs, ["content"]);
  expect(readFileSync(inGuest("/etc/key"), "utf8")).toBe("s3cret");
  expect(warnings()).toEqual([]);
  writeFileSync(inGuest("/etc/key"), "stolen");
  utimesSync(inGuest("/etc/key"), 1_000, 1_000);
  expect(await lifecycle.differences(guestFile, created, inputs)).toHaveLength(1);
  expect(warnings()).toEqual([]);
  const { path, content } = { path: "/etc/x", content: "x" };
  const direct = lifecycle.create(guestFile, { vm: "vm-1", path, content, transfer: "direct" });
  await expect(direct).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
});

test("a program's large outputs come, and a directory with a tree goes", async () => {
  const run = { vm: "vm-1", create: { script: "seq 1 20000" } };
  const { state } = await lifecycle.create(guestProgramRun, run);
  expect(state["stdout"]).toContain("\n19999\n20000");
  const directory = { vm: "vm-1", path: "/etc/app.d", recursiveDelete: true, source: __dirname, purge: true };
  const created = await lifecycle.create(guestDirectory, directory);
  expect(await lifecycle.differences(guestDirectory, created, directory)).toEqual([]);
  expect(readdirSync(inGuest("/etc/app.d")).sort()).toEqual(readdirSync(__dirname).sort());
  await lifecycle.remove(guestDirectory, created);
  expectNothingLeft();
});
