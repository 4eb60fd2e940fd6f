import { existsSync, readdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { serveCommands } from "../../../cli/simulate/simulate-commands";
import { startSimulator, type Simulator } from "../../../simulator";
import { startScenario } from "../../../simulator/scenario";
import { RawClient, textAt } from "./raw-client";
import { until } from "../../until";

let simulator: Simulator;
let client: RawClient;
beforeEach(async () => {
  simulator = await startSimulator({ sandbox: "off" });
  client = new RawClient(simulator);
  await client.login();
  simulator.clearCalls();
});
afterEach(async () => {
  await client.close();
  await simulator.stop();
});

const make = (path: string, vm = "vm-1"): ReturnType<RawClient["call"]> =>
  client.inGuest(
    "MakeDirectoryInGuest",
    `<directoryPath>${path}</directoryPath><createParentDirectories>false</createParentDirectories>`,
    vm,
  );
const made = (path: string): boolean => existsSync(`${simulator.vm("vm-1").root}${path}`);

describe("injected faults", () => {
  test("for the next n calls of a method, by fault type or agent error", async () => {
    simulator.injectFault({
      method: "MakeDirectoryInGuest",
      fault: "TaskInProgress",
      fields: { task: { type: "Task", value: "t" } },
      times: 2,
    });
    simulator.injectFault({ method: "MakeDirectoryInGuest", vix: 8 });
    const faults = [await make("/a"), await make("/a"), await make("/a"), await make("/a")].map(({ fault }) => fault);
    expect(faults).toEqual(["TaskInProgress", "TaskInProgress", "NoDiskSpace", undefined]);
  });

  test("after the operation took effect, for one machine, after some calls went through", async () => {
    simulator.injectFault({ method: "*", vm: "vm-1", skip: 1, vix: 1, when: "after" });
    expect((await make("/a", "vm-2")).fault).toBeUndefined();
    expect((await make("/a")).fault).toBeUndefined();
    expect([(await make("/b")).fault, made("/b")]).toEqual(["SystemError", true]);
  });
});

test("connections are cut before or after the operation", async () => {
  simulator.resetConnection({ method: "MakeDirectoryInGuest", when: "before" });
  await expect(make("/a")).rejects.toThrow();
  expect(made("/a")).toBe(false);
  simulator.resetConnection({ method: "MakeDirectoryInGuest", when: "after" });
  await expect(make("/a")).rejects.toThrow();
  expect(made("/a")).toBe(true);
});

test("HTTP errors come as the proxy sends them", async () => {
  simulator.httpError({ method: "MakeDirectoryInGuest", status: 503 });
  const answer = await make("/a");
  expect([answer.status, made("/a")]).toEqual([503, false]);
});

test("latency and delays hold a request up", async () => {
  simulator.setLatency(60);
  simulator.delay({ method: "MakeDirectoryInGuest", milliseconds: 60 });
  await make("/a");
  expect(simulator.calls[0]?.durationMilliseconds).toBeGreaterThanOrEqual(110);
});

test("more operations at once than the limit get TaskInProgress", async () => {
  simulator.vm("vm-1").setOperationsPerVm(1);
  // A program that takes no notice of SIGTERM keeps TerminateProcess busy for 5 s.
  const script = `-c 'trap "" TERM; touch /root/deaf; while :; do sleep 0.1; done'`;
  const spec = `<spec><programPath>/bin/sh</programPath><arguments>${script}</arguments></spec>`;
  const started = await client.inGuest("StartProgramInGuest", spec);
  await until(() => made("/root/deaf"));
  const terminate = client.inGuest("TerminateProcessInGuest", `<pid>${textAt(started.returned, "returnval")}</pid>`);
  await until(async () => (await make("/a")).fault === "TaskInProgress");
  expect((await make("/a", "vm-2")).fault).toBeUndefined();
  expect((await terminate).fault).toBeUndefined();
  expect((await make("/d")).fault).toBeUndefined();
});

test("the log tells method, machine, user, status and fault of each request", async () => {
  await make("/etc");
  await client.post("rubbish");
  expect(simulator.calls).toEqual([
    expect.objectContaining({
      method: "MakeDirectoryInGuest",
      vm: "vm-1",
      user: "administrator@vsphere.local",
      httpStatus: 500,
      fault: "FileAlreadyExists",
    }),
    expect.objectContaining({ method: "?", httpStatus: 500, fault: "InvalidRequest" }),
  ]);
});

test("many simulators run in one process, and stop leaves nothing", async () => {
  const others = await Promise.all([startSimulator({ vms: 3 }), startSimulator({ vms: 3 })]);
  expect(new Set([simulator, ...others].map(({ url }) => url)).size).toBe(3);
  const roots = others.flatMap((other) => other.vms.map(({ root }) => root));
  expect(roots.every((root) => existsSync(root))).toBe(true);
  await Promise.all(others.map((other) => other.stop()));
  expect(roots.some((root) => existsSync(root))).toBe(false);
});

test("a start that fails leaves nothing either", async () => {
  const port = Number(new URL(simulator.url).port);
  // Other tests use the machine's temporary directory at the same time.
  const [usual, own] = [process.env["TMPDIR"], mkdtempSync(join(tmpdir(), "failed-start-"))];
  process.env["TMPDIR"] = own;
  try {
    await expect(startSimulator({ listen: { port } })).rejects.toThrow(/EADDRINUSE/);
    expect(readdirSync(own)).toEqual([]);
  } finally {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    rmSync(own, { recursive: true });
  }
});

test("commands come as lines and are answered in order", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const stopped = new Promise<void>((resolve) => serveCommands(simulator, input, output, resolve));
  input.write('{"command":"powerOff","vm":"vm-1"}\n{"command":"rename","vm":"vm-1","name":"web"}\n');
  input.write(
    '{"command":"powerOn","vm":"nobody"}\nnonsense\n{"command":"setLatency"}\n{"command":"vms"}\n{"command":"stop"}\n',
  );
  await stopped;
  const answers = String(output.read())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, false, false, true, true]);
  expect(answers[2]?.["error"]).toBe('the simulator has no virtual machine "nobody"');
  expect(answers[5]?.["result"]).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "web", moid: "vm-1", path: "/DC0/vm/web" })]),
  );
});

test("a scenario sets options and carries commands out before it is handed over", async () => {
  const scenario = {
    vms: [{ name: "web", poweredOn: false }],
    commands: [{ command: "httpError", method: "Login", status: 503 }],
  };
  const other = await startScenario(scenario, { hosts: 1, sandbox: "off" });
  const raw = new RawClient(other);
  try {
    expect([other.vm("web").powerState, other.hosts.length]).toEqual(["poweredOff", 1]);
    expect((await raw.login()).status).toBe(503);
    await expect(startScenario({ commands: [{ command: "fly" }] })).rejects.toThrow(/command/);
    await expect(startScenario({ colour: "red" })).rejects.toThrow(/colour/);
  } finally {
    await raw.close();
    await other.stop();
  }
});
