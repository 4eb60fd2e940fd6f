import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { startLibraryWorld, type LibraryWorld } from "./library-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await startLibraryWorld();
});
afterAll(() => world.stop());

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("files are written, looked at, read, moved and removed", async () => {
  const { files } = world.vm;
  await files.makeDirectory("/srv/app/conf", { createParents: true, mode: 0o750 });
  expect(statSync(world.at("/srv/app/conf")).mode & 0o777).toBe(0o750);
  const written = await files.write("/srv/app/conf/a", "one", { attributes: { mode: 0o600, owner: "root" } });
  expect(written).toMatchObject({ type: "file", sizeBytes: 3, mode: 0o600 });
  await expect(files.write("/srv/app/conf/a", "two", { overwrite: false })).rejects.toMatchObject({
    code: "PATH_EXISTS",
  });
  await files.write("/srv/app/conf/a", "two");
  expect([
    readFileSync(world.at("/srv/app/conf/a"), "utf8"),
    statSync(world.at("/srv/app/conf/a")).mode & 0o777,
  ]).toEqual(["two", 0o600]);
  expect((await files.readBytes("/srv/app/conf/a")).toString()).toBe("two");
  await files.move("/srv/app/conf/a", "/srv/app/conf/b");
  await files.move("/srv/app/conf", "/srv/app/etc");
  expect((await collected(files.walk("/srv"))).map(({ path }) => path)).toEqual([
    "/srv/app",
    "/srv/app/etc",
    "/srv/app/etc/b",
  ]);
  await expect(files.removeDirectory("/srv/app")).rejects.toMatchObject({ code: "DIRECTORY_NOT_EMPTY" });
  expect(await files.removeFile("/srv/app/etc/b")).toBe(true);
  expect(await files.removeFile("/srv/app/etc/b")).toBe(false);
  expect(await files.removeDirectory("/srv/app", { recursive: true })).toBe(true);
  expect(await files.exists("/srv/app")).toBe(false);
});

test("missing directories are made where others can write, too", async () => {
  const { files } = world.vm;
  await files.makeDirectory("/tmp/above/of/it", { createParents: true, mode: 0o700 });
  expect(statSync(world.at("/tmp/above/of/it")).mode & 0o777).toBe(0o700);
  await files.makeDirectory("/tmp/above/of/another", { createParents: true });
  await expect(files.makeDirectory("/tmp/above/of/another", { createParents: true })).rejects.toMatchObject({
    code: "PATH_EXISTS",
  });
  await expect(files.makeDirectory("/tmp/none/of/it")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
});

test("a listing comes page by page, in pages of any size", async () => {
  mkdirSync(world.at("/srv/many"), { recursive: true });
  for (let n = 0; n < 1_203; n += 1) writeFileSync(world.at(`/srv/many/${n}`), "");
  const before = world.simulator.calls.length;
  expect(await collected(world.vm.files.list("/srv/many"))).toHaveLength(1_203);
  expect(world.simulator.calls.slice(before).filter(({ method }) => method === "ListFilesInGuest")).toHaveLength(3);
  expect(await collected(world.vm.files.list("/srv/many", { matchPattern: "^12[0-9]{2}$" }))).toHaveLength(3);
});

test("temporary objects are private and where they were asked for", async () => {
  const { files } = world.vm;
  mkdirSync(world.at("/srv/t"), { recursive: true });
  const directory = await files.makeTemporaryDirectory({ prefix: "a-", suffix: "-z", directory: "/srv/t" });
  const file = await files.makeTemporaryFile({ directory });
  expect(directory).toMatch(/^\/srv\/t\/a-.*-z$/);
  expect([statSync(world.at(directory)).mode & 0o777, statSync(world.at(file)).mode & 0o777]).toEqual([0o700, 0o600]);
});

test("attributes that are not given stay", async () => {
  writeFileSync(world.at("/srv/attributes"), "x", { mode: 0o640 });
  const modifiedAt = new Date("2020-01-02T03:04:05Z");
  await world.vm.files.setAttributes("/srv/attributes", { modifiedAt });
  const { mode, mtime } = statSync(world.at("/srv/attributes"));
  expect([mode & 0o777, mtime]).toEqual([0o640, modifiedAt]);
});

test("errors have codes, and say which machine and path", async () => {
  const error = await world.vm.files.readBytes("/nowhere").catch((it: unknown) => it);
  expect(error).toMatchObject({ name: "GuestError", code: "PATH_NOT_FOUND" });
  expect(String(error)).toMatch(/vm-1.*\/nowhere|\/nowhere.*vm-1/);
  await expect(world.vsphere.vm("vm-9").files.stat("/")).rejects.toMatchObject({ code: "VM_NOT_FOUND" });
  await expect(
    world.vsphere.vm("vm-1", { guestUser: "root", guestPassword: "no" }).validateCredentials(),
  ).rejects.toMatchObject({
    code: "GUEST_LOGIN_FAILED",
  });
});

test("a signal and a time limit end work", async () => {
  await expect(world.vm.files.stat("/", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
  world.simulator.delay({ method: "ListFilesInGuest", milliseconds: 20_000 });
  await expect(world.vm.files.stat("/srv", { timeoutSeconds: 0.2 })).rejects.toMatchObject({ code: "TIMED_OUT" });
  world.simulator.clearDisturbances();
});

test("an upload and a download tell their progress, and bring the same bytes", async () => {
  const bytes = Buffer.alloc(700_000, "0123456789");
  writeFileSync(world.local("big"), bytes);
  const up: number[] = [];
  const down: number[] = [];
  await world.vm.transfers.upload(world.local("big"), "/srv/big", {
    onProgress: ({ doneBytes }) => up.push(doneBytes),
  });
  expect(readFileSync(world.at("/srv/big")).equals(bytes)).toBe(true);
  await world.vm.transfers.download("/srv/big", world.local("back"), {
    onProgress: ({ doneBytes }) => down.push(doneBytes),
  });
  expect(readFileSync(world.local("back")).equals(bytes)).toBe(true);
  for (const told of [up, down]) expect([told[0], told.at(-1), told.length > 2]).toEqual([0, bytes.length, true]);
});

test("what is there is not overwritten unasked, here or there", async () => {
  writeFileSync(world.local("there"), "mine");
  writeFileSync(world.at("/srv/there"), "theirs");
  const { transfers } = world.vm;
  await expect(transfers.upload(world.local("there"), "/srv/there")).rejects.toMatchObject({ code: "PATH_EXISTS" });
  await expect(transfers.download("/srv/there", world.local("there"))).rejects.toMatchObject({ code: "PATH_EXISTS" });
  expect([readFileSync(world.local("there"), "utf8"), readFileSync(world.at("/srv/there"), "utf8")]).toEqual([
    "mine",
    "theirs",
  ]);
  await transfers.download("/srv/there", world.local("there"), { overwrite: true });
  expect(readFileSync(world.local("there"), "utf8")).toBe("theirs");
  await expect(transfers.upload(world.local("missing"), "/srv/x")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
});

test("a cut download begins again; one that can't be had leaves nothing", async () => {
  writeFileSync(world.at("/srv/cut"), "x".repeat(300_000));
  mkdirSync(world.local("into"));
  world.simulator.disturbTransfer({ method: "GET", cutAfterBytes: 1_000 });
  await world.vm.transfers.download("/srv/cut", world.local("into/cut"));
  expect(statSync(world.local("into/cut")).size).toBe(300_000);
  for (let n = 0; n < 9; n += 1) world.simulator.disturbTransfer({ method: "GET", cutAfterBytes: 1_000 });
  await expect(world.vm.transfers.download("/srv/cut", world.local("into/other"))).rejects.toMatchObject({
    code: "TRANSFER_FAILED",
  });
  expect(readdirSync(world.local("into"))).toEqual(["cut"]);
  world.simulator.clearDisturbances();
});

test("directories are copied with all that is in them, links left out", async () => {
  mkdirSync(world.local("tree/sub"), { recursive: true });
  writeFileSync(world.local("tree/a"), "a");
  writeFileSync(world.local("tree/sub/b"), "b");
  symlinkSync("/etc/passwd", world.local("tree/link"));
  const { transfers } = world.vm;
  await expect(transfers.upload(world.local("tree"), "/srv/tree")).rejects.toMatchObject({ code: "NOT_A_FILE" });
  await transfers.upload(world.local("tree"), "/srv/tree", { recursive: true });
  expect(readdirSync(world.at("/srv/tree"), { recursive: true }).sort()).toEqual(["a", "sub", "sub/b"]);
  await expect(transfers.upload(world.local("tree"), "/srv/tree", { recursive: true })).rejects.toMatchObject({
    code: "PATH_EXISTS",
  });
  const copied: string[] = [];
  await transfers.download("/srv/tree", world.local("copy"), { recursive: true, onFile: (path) => copied.push(path) });
  expect(copied.sort()).toEqual([world.local("copy/a"), world.local("copy/sub/b")]);
  expect(existsSync(world.local("copy/sub/b"))).toBe(true);
});
