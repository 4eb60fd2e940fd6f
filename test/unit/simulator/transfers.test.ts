import { existsSync, readFileSync, statSync } from "node:fs";
import { Agent, request } from "undici";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";
import { RawClient, textAt } from "./raw-client";
import { until } from "../../until";

let simulator: Simulator;
let client: RawClient;
const start = async (options: SimulatorOptions = {}): Promise<void> => {
  simulator = await startSimulator({ sandbox: "off", vms: 1, ...options });
  client = new RawClient(simulator);
  await client.login();
};
afterEach(async () => {
  await client.close();
  await simulator.stop();
});

const file = "/root/file";
const inRoot = (path: string): string => `${simulator.vm("vm-1").root}${path}`;

/** URL of an upload of so many bytes. */
async function uploadUrl(sizeBytes: number, attributes = "<fileAttributes></fileAttributes>"): Promise<string> {
  const inner = `<guestFilePath>${file}</guestFilePath>${attributes}<fileSize>${sizeBytes}</fileSize><overwrite>true</overwrite>`;
  const answer = await client.inGuest("InitiateFileTransferToGuest", inner);
  return textAt(answer.returned, "returnval") ?? answer.faultText;
}

async function downloadUrl(path = file): Promise<string> {
  const answer = await client.inGuest("InitiateFileTransferFromGuest", `<guestFilePath>${path}</guestFilePath>`);
  return textAt(answer.returned, "returnval", "url") ?? answer.faultText;
}

const put = async (url: string, body: Buffer): Promise<number> => (await client.transfer(url, "PUT", body)).status;
const get = async (url: string): Promise<number> => (await client.transfer(url, "GET")).status;

test("bytes and attributes arrive, and come back whole", async () => {
  await start();
  const content = Buffer.alloc(3_000_000, "0123456789abcdef");
  const attributes =
    '<fileAttributes xsi:type="GuestPosixFileAttributes"><permissions>384</permissions></fileAttributes>';
  expect(await put(await uploadUrl(content.length, attributes), content)).toBe(200);
  const listed = await client.inGuest("ListFilesInGuest", `<filePath>${file}</filePath>`);
  expect(textAt(listed.returned, "returnval", "files", "attributes", "permissions")).toBe(String(0o100600));
  expect((await client.transfer(await downloadUrl(), "GET")).body.equals(content)).toBe(true);
});

test("a URL is good for one use, in its direction, at its host", async () => {
  await start();
  const url = await uploadUrl(3);
  expect(await get(url)).toBe(404);
  expect(await put(url.replace(/token=.*/, "token=guess"), Buffer.from("abc"))).toBe(404);
  const elsewhere = new URL(url);
  elsewhere.host = simulator.hosts[1]?.authority ?? "";
  expect(await put(elsewhere.href, Buffer.from("abc"))).toBe(404);
  expect(await put(url, Buffer.from("abc"))).toBe(200);
  expect(await put(url, Buffer.from("abc"))).toBe(404);
  const download = await downloadUrl();
  expect([await get(download), await get(download)]).toEqual([200, 404]);
});

test("announced and sent sizes must agree, and the body must have a length", async () => {
  await start();
  expect(await put(await uploadUrl(4), Buffer.from("abc"))).toBe(500);
  expect(await put(await uploadUrl(0), Buffer.alloc(0))).toBe(500);
});

test("an empty upload is taken when the option says so", async () => {
  await start({ emptyUploads: "accept" });
  expect(await put(await uploadUrl(0), Buffer.alloc(0))).toBe(200);
  expect(readFileSync(inRoot(file)).length).toBe(0);
});

test.each([
  ["vMotion", (): void => simulator.vm("vm-1").migrate(1)],
  ["power-off", (): Promise<void> => simulator.vm("vm-1").powerOff()],
  ["suspend", (): void => simulator.vm("vm-1").suspend()],
  ["time", (): void => simulator.expireTransfers()],
])("a URL dies with %s", async (_name, event) => {
  await start();
  const url = await uploadUrl(3);
  await Promise.resolve(event());
  expect(await put(url, Buffer.from("abc"))).toBe(404);
});

test("a URL expires", async () => {
  await start({ transferExpirySeconds: 0.05 });
  const url = await uploadUrl(3);
  const expiresAtMs = Date.now() + 50;
  await until(() => Date.now() > expiresAtMs);
  expect(await put(url, Buffer.from("abc"))).toBe(404);
});

test("power-off cuts a transfer under way", async () => {
  await start();
  const content = Buffer.alloc(1_000_000, "x");
  expect(await put(await uploadUrl(content.length), content)).toBe(200);
  simulator.disturbTransfer({ method: "GET", bytesPerSecond: 10_000 });
  const agent = new Agent({ connect: { ca: simulator.certificatePem } });
  const response = await request(await downloadUrl(), { dispatcher: agent });
  expect(response.statusCode).toBe(200);
  await simulator.vm("vm-1").powerOff();
  await expect(response.body.arrayBuffer()).rejects.toThrow();
  await agent.destroy();
});

test("power-off cuts an upload under way", async () => {
  await start();
  simulator.disturbTransfer({ method: "PUT", bytesPerSecond: 200_000 });
  const failure = expect(put(await uploadUrl(1_000_000), Buffer.alloc(1_000_000, "x"))).rejects.toThrow();
  await until(() => existsSync(inRoot(file)) && statSync(inRoot(file)).size > 0);
  await simulator.vm("vm-1").powerOff();
  await failure;
});

test("a cut upload leaves what was written", async () => {
  await start();
  simulator.disturbTransfer({ method: "PUT", cutAfterBytes: 1000 });
  await expect(put(await uploadUrl(500_000), Buffer.alloc(500_000, "x"))).rejects.toThrow();
  await until(() => readFileSync(inRoot(file)).length === 1000);
});

test("URLs with * are served by the vCenter's own address", async () => {
  await start({ transferHost: "*" });
  const url = await uploadUrl(3);
  expect(url).toMatch(/^https:\/\/\*:\d+\/guestFile\?id=/);
  expect(await put(url.replace("*", new URL(simulator.url).hostname), Buffer.from("abc"))).toBe(200);
});

test("transfers stand in the log with their bytes", async () => {
  await start();
  simulator.clearCalls();
  await put(await uploadUrl(3), Buffer.from("abc"));
  await get(await downloadUrl());
  expect(simulator.calls.map(({ method, vm, httpStatus, sizeBytes }) => [method, vm, httpStatus, sizeBytes])).toEqual([
    ["InitiateFileTransferToGuest", "vm-1", 200, undefined],
    ["PUT", "vm-1", 200, 3],
    ["InitiateFileTransferFromGuest", "vm-1", 200, undefined],
    ["GET", "vm-1", 200, 3],
  ]);
});

test("a full disk fails the transfer", async () => {
  await start({ diskQuotaBytes: 100_000 });
  expect(await put(await uploadUrl(500_000), Buffer.alloc(500_000))).toBe(500);
});
