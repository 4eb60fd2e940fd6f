import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetSignature, signatureKey } from "../../provider/resources/asset";
import { guestFile } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
let number = 0;
let name: string;
const vm = "vm-1";
const inGuest = (path = name) => join(lifecycle.simulator.vm(vm).root, "srv", path);
const declared = (more: object = {}) => ({ vm, path: `/srv/${name}`, content: "one\n", ...more });
const create = (more: object = {}) => lifecycle.create(guestFile, declared(more));

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start({
    guestUsers: [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }],
  });
});
beforeEach(() => (name = `file-${++number}`));
afterAll(() => lifecycle.stop());

test("owner and group by name or number, and the mode, drift and are put right", async () => {
  const inputs = declared({ owner: "app", group: "1001", mode: "4750" });
  const made = await lifecycle.create(guestFile, inputs);
  expect(statSync(inGuest())).toMatchObject({ uid: 1001, gid: 1001 });
  expect(statSync(inGuest()).mode & 0o7777).toBe(0o4750);
  expect(await lifecycle.differences(guestFile, made, inputs)).toEqual([]);
  await lifecycle.create(guestFile, { ...inputs, owner: 0, mode: "0600" });
  expect(await lifecycle.differences(guestFile, made, inputs)).toEqual([
    "mode is 0600 in the guest, wanted 4750",
    "owner is 0 in the guest, wanted app",
  ]);
  const repaired = await lifecycle.update(guestFile, made, inputs);
  expect(statSync(inGuest()).mode & 0o7777).toBe(0o4750);
  expect(await lifecycle.differences(guestFile, repaired, inputs)).toEqual([]);
});

test("what is not declared is left alone", async () => {
  const made = await create({ mode: "0640" });
  await lifecycle.update(guestFile, made, declared({ content: "two\n" }));
  expect(statSync(inGuest()).mode & 0o7777).toBe(0o640);
});

test("a change of the same size in the second of the write shows", async () => {
  const made = await create();
  writeFileSync(inGuest(), "eno\n");
  expect((await lifecycle.differences(guestFile, made, declared())).join()).toContain("content differs");
});

test("a file that is only touched is no difference, and is read once to know it", async () => {
  const made = await create();
  utimesSync(inGuest(), 5, 5);
  expect(await lifecycle.differences(guestFile, made, declared())).toEqual([]);
});

test("driftDetection: content reads the bytes each time, off never", async () => {
  const made = await create();
  const { mtime } = statSync(inGuest());
  writeFileSync(inGuest(), "eno\n");
  utimesSync(inGuest(), mtime, mtime);
  expect(await lifecycle.differences(guestFile, made, declared())).toEqual([]);
  const reading = declared({ driftDetection: "content" });
  const recorded = { id: made.id, state: { ...made.state, driftDetection: "content" } };
  expect((await lifecycle.differences(guestFile, recorded, reading)).join()).toContain("content differs");
  truncateSync(inGuest());
  const off = { id: made.id, state: { ...made.state, driftDetection: "off" } };
  expect(await lifecycle.differences(guestFile, off, declared({ driftDetection: "off" }))).toEqual([]);
});

test("content in base64, from a local file, from an asset and from a URL", async () => {
  const directory = mkdtempSync(join(tmpdir(), "source-"));
  const local = join(directory, "file");
  const bytes = Buffer.from([0, 255, 13, 10, 128]);
  writeFileSync(local, bytes);
  const server = createServer((_, response) => response.end(bytes)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  const asset = (one: object) => ({ [signatureKey]: assetSignature, ...one });
  try {
    for (const source of [
      { contentBase64: bytes.toString("base64") },
      { source: local },
      { source: asset({ path: local }) },
      { source: asset({ uri }) },
    ]) {
      name = `file-${++number}`;
      const inputs = { vm, path: `/srv/${name}`, ...source };
      const made = await lifecycle.create(guestFile, inputs);
      expect(readFileSync(inGuest())).toEqual(bytes);
      expect(await lifecycle.differences(guestFile, made, inputs)).toEqual([]);
    }
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
});

test("an asset of which only the hash is told is compared by it", async () => {
  const text = { [signatureKey]: assetSignature, text: "one\n" };
  const made = await lifecycle.create(guestFile, { vm, path: `/srv/${name}`, source: text });
  const { sha256 } = made.state;
  const elided = { [signatureKey]: assetSignature, hash: sha256 };
  expect(
    await lifecycle.differencesNow(
      guestFile,
      { ...made, state: { ...made.state, source: elided } },
      { vm, path: `/srv/${name}`, source: elided },
    ),
  ).toEqual([]);
});

test("line endings and encoding are left alone", async () => {
  await create({ content: "a\r\nb\n\ufeffü" });
  expect(readFileSync(inGuest(), "utf8")).toBe("a\r\nb\n\ufeffü");
});

test("the new file is validated before it takes the old one's place", async () => {
  const made = await create();
  const refused = declared({
    content: "bad\n",
    validateCommand: "grep -q good {path} || { echo 'no good' >&2; exit 1; }",
  });
  await expect(lifecycle.update(guestFile, made, refused)).rejects.toThrow("no good");
  expect(readFileSync(inGuest(), "utf8")).toBe("one\n");
  await lifecycle.update(guestFile, made, { ...refused, content: "good\n" });
  expect(readFileSync(inGuest(), "utf8")).toBe("good\n");
});

test("foreign content is backed up, once, and put back on delete when asked", async () => {
  writeFileSync(inGuest(), "foreign", { mode: 0o604 });
  const inputs = declared({ backup: { suffix: ".orig" }, restoreOnDelete: true });
  const made = await lifecycle.create(guestFile, inputs);
  expect(readFileSync(inGuest(`${name}.orig`), "utf8")).toBe("foreign");
  const updated = await lifecycle.update(guestFile, made, { ...inputs, content: "two\n" });
  expect(readFileSync(inGuest(`${name}.orig`), "utf8")).toBe("foreign");
  await lifecycle.remove(guestFile, updated);
  expect(readFileSync(inGuest(), "utf8")).toBe("foreign");
  expect(existsSync(inGuest(`${name}.orig`))).toBe(false);
});

test("onExists decides over a file that is there", async () => {
  writeFileSync(inGuest(), "one\n");
  await expect(create({ onExists: "error" })).rejects.toThrow("onExists");
  const { ino } = statSync(inGuest());
  await create({ onExists: "adopt" });
  expect(statSync(inGuest()).ino).toBe(ino);
  await create({ onExists: "overwrite" });
  expect(statSync(inGuest()).ino).not.toBe(ino);
});

test("symlinks are refused, followed or replaced", async () => {
  writeFileSync(inGuest("target"), "old");
  symlinkSync("target", inGuest());
  await expect(create()).rejects.toThrow("symbolic link to target");
  const followed = await create({ symlinks: "follow" });
  expect(readFileSync(inGuest("target"), "utf8")).toBe("one\n");
  expect(readlinkSync(inGuest())).toBe("target");
  expect(await lifecycle.differences(guestFile, followed, declared({ symlinks: "follow" }))).toEqual([]);
  const replaced = await create({ symlinks: "replace", content: "two\n" });
  expect(lstatSync(inGuest()).isFile()).toBe(true);
  expect(readFileSync(inGuest("target"), "utf8")).toBe("one\n");
  await lifecycle.remove(guestFile, replaced);
});

test("a modification time is set and held", async () => {
  const inputs = declared({ modificationTime: "2020-02-02T02:02:02Z" });
  const made = await lifecycle.create(guestFile, inputs);
  expect(statSync(inGuest()).mtime.toISOString()).toBe("2020-02-02T02:02:02.000Z");
  utimesSync(inGuest(), 5, 5);
  expect((await lifecycle.differences(guestFile, made, inputs)).join()).toContain("modificationTime is 1970-01-01");
  await lifecycle.update(guestFile, made, inputs);
  expect(statSync(inGuest()).mtime.toISOString()).toBe("2020-02-02T02:02:02.000Z");
});

test("parents are made when asked, and go with the last file in them", async () => {
  const inputs = (file: string) => ({
    vm,
    path: `/srv/${name}/deep/${file}`,
    content: file,
    createParents: true,
    parentMode: "0711",
  });
  const [a, b] = await Promise.all([
    lifecycle.create(guestFile, inputs("a")),
    lifecycle.create(guestFile, inputs("b")),
  ]);
  expect(statSync(inGuest(`${name}/deep`)).mode & 0o7777).toBe(0o711);
  await lifecycle.remove(guestFile, a);
  expect(existsSync(inGuest(`${name}/deep/b`))).toBe(true);
  await lifecycle.remove(guestFile, b);
  expect(existsSync(inGuest())).toBe(false);
});
