import { spawn, type ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { RawClient } from "./raw-client";

const command = resolve(__dirname, "../../../dist/cli/main.js");
const directory = mkdtempSync(join(tmpdir(), "simulate-test-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

interface Ready {
  readonly url: string;
  readonly certificate: string;
  readonly password: string;
  readonly guestPassword: string;
  readonly vms: readonly { readonly name: string; readonly root: string; readonly path: string }[];
}

/** Starts the compiled command (npm run build) and resolves when it prints that it is ready. */
async function simulate(...flags: string[]): Promise<{ child: ChildProcess; ready: Ready; lines: string[] }> {
  const child = spawn(process.execPath, [command, "simulate", "--listen", "127.0.0.1:0", ...flags]);
  children.push(child);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const first = await new Promise<string>((done, fail) => {
    reader.once("line", done);
    child.once("exit", (code) => fail(new Error(`exit code ${code}`)));
  });
  reader.on("line", (line) => lines.push(line));
  return { child, ready: JSON.parse(first) as Ready, lines };
}

const exit = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once("exit", done));

test("prints one line when ready; SIGTERM ends it and leaves nothing", async () => {
  const { child, ready } = await simulate("--vms", "1");
  expect(ready.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(ready.vms).toEqual([expect.objectContaining({ name: "vm-1", moid: "vm-1", path: "/DC0/vm/vm-1" })]);
  const kept = [ready.certificate, ready.vms[0]?.root ?? ""];
  expect(kept.map((path) => existsSync(path))).toEqual([true, true]);
  const ended = exit(child);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(kept.map((path) => existsSync(path))).toEqual([false, false]);
});

test("passwords that are not given are other ones each time, and told", async () => {
  const told = [];
  for (const flags of [[], [], ["--password", "given", "--guest-password", "given, too"]]) {
    const { child, ready } = await simulate("--vms", "0", ...flags);
    const client = new RawClient({ url: ready.url, certificatePem: readFileSync(ready.certificate, "utf8") });
    expect((await client.login("administrator@vsphere.local", "simulated")).fault).toBe("InvalidLogin");
    expect((await client.login("administrator@vsphere.local", ready.password)).fault).toBeUndefined();
    await client.close();
    told.push(ready.password, ready.guestPassword);
    const ended = exit(child);
    child.kill("SIGTERM");
    await ended;
  }
  expect(new Set(told).size).toBe(6);
  expect(told.slice(4)).toEqual(["given", "given, too"]);
  for (const password of told.slice(0, 4)) expect(password).toMatch(/^[\w-]{16}$/);
});

test("who listens beyond loopback is warned loudly", async () => {
  const child = spawn(process.execPath, [command, "simulate", "--listen", "0.0.0.0:0", "--vms", "0"]);
  children.push(child);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child.stdout, "data");
  expect(stderr).toMatch(/WARNING: this listens beyond loopback/);
});

test("--data keeps the guests' files; a scenario sets options, flags win; stdin takes commands", async () => {
  const scenario = join(directory, "scenario.json");
  writeFileSync(
    scenario,
    JSON.stringify({ vms: [{ name: "web" }], hosts: 3, commands: [{ command: "setLatency", milliseconds: 1 }] }),
  );
  const data = join(directory, "data");
  const { child, ready, lines } = await simulate("--scenario", scenario, "--data", data, "--hosts", "1");
  expect(ready.vms.map(({ root }) => root)).toEqual([join(data, "guests", "web")]);
  const ended = exit(child);
  child.stdin?.write('{"command":"migrate","vm":"web","host":1}\n{"command":"stop"}\n');
  expect(await ended).toBe(0);
  expect(lines.map((line) => (JSON.parse(line) as { ok: boolean }).ok)).toEqual([false, true]);
  expect(existsSync(join(data, "guests", "web", "etc"))).toBe(true);
});

test.each([
  ["vmca", []],
  ["selfSigned", ["--host-certificates", "selfSigned"]],
] as const)("hosts are signed by %s with the flags %j", async (signer, flags) => {
  const { child, ready } = await simulate("--vms", "0", "--hosts", "1", "--password", "simulated", ...flags);
  const certificatePem = readFileSync(ready.certificate, "utf8");
  const client = new RawClient({ url: ready.url, certificatePem });
  await client.login();
  const { returned } = await client.property("HostSystem", "host-11", "config.certificate");
  const bytes = returned[0]?.children.map(({ text }) => Number(text)) ?? [];
  const host = new X509Certificate(Buffer.from(bytes));
  const issuer = signer === "vmca" ? new X509Certificate(certificatePem) : host;
  expect([host.issuer, host.verify(issuer.publicKey)]).toEqual([issuer.subject, true]);
  await client.close();
  const ended = exit(child);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

const refused = [
  ["--vms", "many"],
  ["--hosts", "0"],
  ["--listen", "8989"],
  ["--listen", "127.0.0.1:70000"],
  ["--os", "beos"],
  ["--host-certificates", "none"],
  ["--scenario", "/no/such/file"],
];
test.each(refused.map((flags) => [flags]))("%j is refused with a reason", async (flags) => {
  const child = spawn(process.execPath, [command, "simulate", ...flags]);
  children.push(child);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  expect(await exit(child)).toBe(2);
  expect(stderr).toMatch(/^(error|vsphere-guest): /);
  expect(stderr).not.toMatch(/^ +at /m);
});
