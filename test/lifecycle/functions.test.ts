import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { startSimulator, type Simulator } from "../../simulator";
import { ProviderProcess } from "./provider-process";
import { configFor } from "./simulated";

const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];
const main = resolve(__dirname, "..", "..", "dist", "provider", "plugin", "main.js");

let simulator: Simulator;
let plugin: ProviderProcess;

beforeAll(async () => {
  simulator = await startSimulator({
    vms: [{ name: "vm-1" }, { name: "vm-2" }, { name: "win-1", os: "windows" }],
    hosts: 1,
    guestUsers,
  });
  plugin = await ProviderProcess.start(process.execPath, [main], "/");
  const request = new messages.ConfigureRequest();
  request.setArgs(struct(configFor(simulator)));
  await plugin.configure(request);
  mkdirSync(join(simulator.vm("vm-1").root, "srv/app"), { recursive: true });
  writeFileSync(join(simulator.vm("vm-1").root, "srv/app/a.conf"), "grüße\n", { mode: 0o640 });
  writeFileSync(join(simulator.vm("vm-1").root, "srv/app/b.bin"), Buffer.from([0xff, 0xfe]));
});
afterAll(async () => {
  await plugin.cancel(new Empty());
  await plugin.end();
  expect(simulator.sessions).toBe(0);
  await simulator.stop();
});

test("getGuest tells what vCenter knows, without a login in the guest", async () => {
  const vm = simulator.vm("vm-1");
  expect(await call("getGuest", { vm: "vm-1" })).toMatchObject({
    name: "vm-1",
    moid: vm.moid,
    instanceUuid: vm.instanceUuid,
    powerState: "poweredOn",
    ready: true,
    toolsVersion: "12.2.0",
    guestFamily: "linuxGuest",
    networks: expect.any(Array) as unknown,
  });
});

test("findVirtualMachines filters by glob, family and readiness", async () => {
  const names = async (args: object) => {
    const { virtualMachines } = await call("findVirtualMachines", args);
    return (virtualMachines as { name: string }[]).map(({ name }) => name);
  };
  expect(await names({})).toEqual(["vm-1", "vm-2", "win-1"]);
  expect(await names({ name: "*-2" })).toEqual(["vm-2"]);
  expect(await names({ name: "vm" })).toEqual([]);
  expect(await names({ guestFamily: "windowsGuest" })).toEqual(["win-1"]);
  expect(await names({ ready: false })).toEqual([]);
});

test("listRegistry tells values and subkeys of a key, or that there is none", async () => {
  const answer = await call("listRegistry", { vm: "win-1", path: "HKLM\\SOFTWARE" });
  expect(answer).toEqual({ exists: true, keys: ["Microsoft", "WOW6432Node"], values: [] });
  const none = { exists: false, keys: [], values: [] };
  expect(await call("listRegistry", { vm: "win-1", path: "HKLM\\SOFTWARE\\None", view: "32" })).toEqual(none);
  await expect(call("listRegistry", { vm: "vm-1", path: "HKLM\\SOFTWARE" })).rejects.toThrow(/only Windows guests/);
});

test("getFile tells what is at a path, or that nothing is", async () => {
  expect(await call("getFile", { vm: "vm-1", path: "/srv/app/a.conf" })).toMatchObject({
    exists: true,
    file: { path: "/srv/app/a.conf", type: "file", sizeBytes: 8, mode: "0640" },
  });
  expect(await call("getFile", { vm: "vm-1", path: "/srv/app/none" })).toEqual({ exists: false });
});

test("getFile tells a file that the login may not open, and readFile that it may not", async () => {
  const directory = join(simulator.vm("vm-1").root, "srv/hiding");
  mkdirSync(directory, { mode: 0o777 });
  writeFileSync(join(directory, "hidden"), "theirs", { mode: 0o600 });
  const hidden = {
    ...{ vm: "vm-1", path: "/srv/hiding/hidden" },
    guest: { username: "app", password: "app" },
  };
  expect(await call("getFile", hidden)).toMatchObject({
    exists: true,
    file: { type: "file", mode: "0600", ownerId: 0 },
  });
  await expect(call("readFile", hidden)).rejects.toThrow(/hidden/);
});

test("readFile gives text where it is text, bytes always, and no more than it may", async () => {
  expect(await call("readFile", { vm: "vm-1", path: "/srv/app/a.conf" })).toMatchObject({
    content: "grüße\n",
    sizeBytes: 8,
  });
  const binary = await call("readFile", { vm: "vm-1", path: "/srv/app/b.bin" });
  expect(binary).toMatchObject({ contentBase64: "//4=" });
  expect(binary).not.toHaveProperty("content");
  await expect(call("readFile", { vm: "vm-1", path: "/srv/app/a.conf", maxSizeBytes: 4 })).rejects.toThrow(/8 bytes/);
});

test("listFiles lists one directory, by pattern", async () => {
  const paths = async (args: object) => {
    const { files } = await call("listFiles", { vm: "vm-1", path: "/srv/app", ...args });
    return (files as { path: string }[]).map(({ path }) => path);
  };
  expect(await paths({})).toEqual(["/srv/app/a.conf", "/srv/app/b.bin"]);
  expect(await paths({ matchPattern: "conf$" })).toEqual(["/srv/app/a.conf"]);
});

test("listProcesses lists running programs without their arguments", async () => {
  const { processes } = await call("listProcesses", { vm: "vm-1" });
  expect(processes).toEqual(
    expect.arrayContaining([expect.objectContaining({ pid: expect.any(Number) as unknown, owner: "root" })]),
  );
});

test("getEnvironment leaves out what is not set", async () => {
  expect(await call("getEnvironment", { vm: "vm-1", names: ["HOME", "NOT_SET"] })).toEqual({
    variables: { HOME: "/root" },
  });
});

test("validateCredentials answers for good and bad logins", async () => {
  expect(await call("validateCredentials", { vm: "vm-1" })).toEqual({ valid: true });
  const bad = await call("validateCredentials", { vm: "vm-1", guest: { username: "root", password: "c0ffee" } });
  expect(bad).toMatchObject({ valid: false, reason: expect.stringContaining("root") as unknown });
  expect(JSON.stringify(bad)).not.toContain("c0ffee");
});

test("what is wrong with the arguments is told by property", async () => {
  const request = invocation("getFile", { vm: "vm-1", path: "relative", pth: 1 });
  const failures = (await plugin.invoke(request)).getFailuresList();
  expect(failures.map((one) => one.getProperty()).sort()).toEqual(["path", "pth"]);
});

test("a function that there is not, a machine that is off", async () => {
  await expect(call("getFlie", {})).rejects.toThrow(/vsphere-guest:index:getFlie/);
  await simulator.vm("vm-2").powerOff();
  await expect(call("getFile", { vm: "vm-2", path: "/etc" })).rejects.toThrow(/powered off/);
  expect(await call("getGuest", { vm: "vm-2" })).toMatchObject({ powerState: "poweredOff", ready: false });
});

function invocation(name: string, args: object): messages.InvokeRequest {
  const request = new messages.InvokeRequest();
  request.setTok(`vsphere-guest:index:${name}`);
  request.setArgs(struct(args));
  return request;
}

async function call(name: string, args: object): Promise<Record<string, unknown>> {
  const answer = await plugin.invoke(invocation(name, args));
  expect(answer.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`)).toEqual([]);
  return answer.getReturn()?.toJavaScript() ?? {};
}

function struct(properties: object): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
