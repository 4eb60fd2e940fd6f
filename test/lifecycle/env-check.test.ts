import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { guestEnvCheck, guestProgramRun } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
const vm = "vm-1";
const root = () => lifecycle.simulator.vm(vm).root;

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start();
});
afterAll(() => lifecycle.stop());

const check = (inputs: object) => lifecycle.create(guestEnvCheck, { vm, ...inputs });

test("everything that is met passes, and is told", async () => {
  const inputs = {
    variables: {
      HOME: "/root",
      PATH: { matches: "(^|:)/usr/bin(:|$)" },
      USER: { oneOf: ["root", "admin"] },
      http_proxy: { absent: true },
    },
    guestFamily: "linuxGuest",
    guestId: { matches: "." },
    minimumToolsVersion: "12.0",
    toolsVersionStatus: { oneOf: ["guestToolsCurrent", "guestToolsUnmanaged"] },
    paths: { "/etc/passwd": { type: "file", mode: "0644", owner: "root" }, "/etc": "directory", "/none": "absent" },
    minimumFreeBytes: { "/": 1 },
    processes: { "no-such-program": "notRunning" },
    privileges: ["VirtualMachine.GuestOperations.Modify"],
    validateLogin: true,
  };
  const made = await check(inputs);
  expect(made.state).toMatchObject({
    satisfied: true,
    failures: [],
    guestFamily: "linuxGuest",
    toolsVersion: "12.2.0",
  });
  expect(made.state["variables"]).toMatchObject({ HOME: "/root", USER: "root" });
  expect((made.state["report"] as unknown[]).length).toBe(17);
  expect(await lifecycle.differences(guestEnvCheck, made, { vm, ...inputs })).toEqual([]);
});

test("every failed expectation is reported at once, as a table", async () => {
  const attempt = check({
    variables: { HOME: "/home", MISSING: "x" },
    minimumToolsVersion: "99",
    paths: { "/etc/passwd": "directory", "/none": "present" },
    minimumFreeBytes: { "/": Number.MAX_SAFE_INTEGER },
    processes: { "no-such-program": "running" },
    privileges: ["No.Such.Privilege"],
  });
  const message = await attempt.then(
    () => "",
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^vm-1: 7 of 8 expectations/);
  for (const line of [
    "variable HOME",
    "variable MISSING",
    "VMware Tools version",
    "/etc/passwd",
    "/none",
    "free space at /",
    "process no-such-program",
  ]) {
    expect(message).toMatch(new RegExp(`NOT MET  ${line}`));
  }
});

test("a warning is enough where onFailure says so, and a later look notices the change", async () => {
  const inputs = { vm, paths: { "/srv/ready": "present" }, onFailure: "warn" };
  const made = await check(inputs);
  expect(made.state).toMatchObject({ satisfied: false, failures: ["/srv/ready: is absent, expected to be there"] });
  expect(lifecycle.lines.join("\n")).toContain("NOT MET");
  expect(await lifecycle.differences(guestEnvCheck, made, inputs)).toEqual([]);
  writeFileSync(join(root(), "srv/ready"), "");
  expect(await lifecycle.differences(guestEnvCheck, made, inputs)).toEqual([
    "no longer so: /srv/ready: is absent, expected to be there",
  ]);
  const updated = await lifecycle.update(guestEnvCheck, made, inputs);
  expect(updated.state["satisfied"]).toBe(true);
  rmSync(join(root(), "srv/ready"));
});

test("it waits until what is expected comes about", async () => {
  const waiting = check({ paths: { "/srv/later": "present" }, waitSeconds: 30 });
  writeFileSync(join(root(), "srv/later"), "");
  expect((await waiting).state["satisfied"]).toBe(true);
});

test("a guest login that is refused is reported with the rest", async () => {
  await expect(check({ guest: { username: "root", password: "wrong" }, validateLogin: true })).rejects.toThrow(
    /guest login +to work +is refused/,
  );
});

test("a process is found by its name and owner", async () => {
  await lifecycle.create(guestProgramRun, {
    vm,
    script: "cp /bin/sleep /srv/my-daemon; setsid /srv/my-daemon 60 >/dev/null 2>&1 </dev/null & exit 0",
  });
  const made = await check({ processes: { "my-daemon": { owner: "root" } }, waitSeconds: 10 });
  expect(made.state["satisfied"]).toBe(true);
});
