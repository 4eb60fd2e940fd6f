import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { download, isRoot, openBench, upload, vixOf, type Bench } from "./guest-bench";

let bench: Bench;
const at = (path: string): string => join(bench.root, path);
const list = async (path: string, pattern?: string) =>
  (await bench.agent.listFilesInGuest(bench.as("root"), path, 0, 1000, pattern)).files;

beforeEach(async () => {
  bench = await openBench();
  mkdirSync(at("srv/t/dir/sub"), { recursive: true });
  writeFileSync(at("srv/t/file"), "hello");
  writeFileSync(at("srv/t/other"), "other");
  symlinkSync("file", at("srv/t/link"));
  symlinkSync("dir", at("srv/t/dirlink"));
  symlinkSync("nowhere", at("srv/t/dangling"));
  symlinkSync("loop", at("srv/t/loop"));
});
afterEach(() => bench.close());

describe("what each operation answers", () => {
  const root = () => bench.as("root");
  const cases: readonly (readonly [what: string, vix: number, call: (b: Bench) => Promise<unknown>])[] = [
    ["list a missing path", 4, (b) => b.agent.listFilesInGuest(root(), "/srv/no", 0, 9)],
    ["list below a file", 20002, (b) => b.agent.listFilesInGuest(root(), "/srv/t/file/x", 0, 9)],
    ["list a dangling link", 4, (b) => b.agent.listFilesInGuest(root(), "/srv/t/dangling", 0, 9)],
    ["list a link loop", 2, (b) => b.agent.listFilesInGuest(root(), "/srv/t/loop", 0, 9)],
    ["list with a bad pattern", 3, (b) => b.agent.listFilesInGuest(root(), "/srv/t", 0, 9, "(")],
    ["list an empty path", 3, (b) => b.agent.listFilesInGuest(root(), "", 0, 9)],
    ["make what exists, with parents", 12, (b) => b.agent.makeDirectoryInGuest(root(), "/srv/t/dir", true)],
    ["make without a parent", 4, (b) => b.agent.makeDirectoryInGuest(root(), "/srv/t/a/b", false)],
    ["make below a file", 20002, (b) => b.agent.makeDirectoryInGuest(root(), "/srv/t/file/d", true)],
    ["make over a dangling link", 12, (b) => b.agent.makeDirectoryInGuest(root(), "/srv/t/dangling", false)],
    [
      "make over a dangling link, with parents",
      4,
      (b) => b.agent.makeDirectoryInGuest(root(), "/srv/t/dangling", true),
    ],
    [
      "make a name that is too long",
      20004,
      (b) => b.agent.makeDirectoryInGuest(root(), `/srv/${"x".repeat(256)}`, false),
    ],
    ["make in a system directory", 7, (b) => b.agent.makeDirectoryInGuest(root(), "/usr/share/x", false)],
    ["delete a directory as a file", 20001, (b) => b.agent.deleteFileInGuest(root(), "/srv/t/dir")],
    ["delete a file with a slash", 20002, (b) => b.agent.deleteFileInGuest(root(), "/srv/t/file/")],
    ["delete a system file", 7, (b) => b.agent.deleteFileInGuest(root(), "/usr/bin/env")],
    ["delete a full directory", 20006, (b) => b.agent.deleteDirectoryInGuest(root(), "/srv/t/dir", false)],
    ["delete a link as a directory", 20002, (b) => b.agent.deleteDirectoryInGuest(root(), "/srv/t/dirlink", true)],
    ["delete dir/.", 3, (b) => b.agent.deleteDirectoryInGuest(root(), "/srv/t/dir/sub/.", false)],
    ["move onto a file", 12, (b) => b.agent.moveFileInGuest(root(), "/srv/t/other", "/srv/t/file", false)],
    ["move a directory as a file", 20001, (b) => b.agent.moveFileInGuest(root(), "/srv/t/dir", "/srv/t/d2", false)],
    ["move onto a directory", 12, (b) => b.agent.moveFileInGuest(root(), "/srv/t/file", "/srv/t/dir", true)],
    ["move to name/", 20001, (b) => b.agent.moveFileInGuest(root(), "/srv/t/file", "/srv/t/new/", false)],
    ["move a directory into itself", 20001, (b) => b.agent.moveDirectoryInGuest(root(), "/srv/t/dir", "/srv/t/dir/x")],
    ["move a link as a directory", 20002, (b) => b.agent.moveDirectoryInGuest(root(), "/srv/t/dirlink", "/srv/t/d2")],
    [
      "send over a link",
      3,
      (b) => b.agent.initiateFileTransferToGuest(root(), "/srv/t/link", { type: "GuestFileAttributes" }, true),
    ],
    [
      "send over a file",
      12,
      (b) => b.agent.initiateFileTransferToGuest(root(), "/srv/t/file", { type: "GuestFileAttributes" }, false),
    ],
    [
      "send into nothing",
      22,
      (b) => b.agent.initiateFileTransferToGuest(root(), "/srv/t/a/f", { type: "GuestFileAttributes" }, false),
    ],
    ["fetch a link", 3, (b) => b.agent.initiateFileTransferFromGuest(root(), "/srv/t/link")],
    ["fetch a directory", 20001, (b) => b.agent.initiateFileTransferFromGuest(root(), "/srv/t/dir")],
    [
      "Windows attributes, before the login",
      3,
      (b) =>
        b.agent.changeFileAttributesInGuest(b.as("nobody"), "/no", {
          type: "GuestWindowsFileAttributes",
          hidden: true,
        }),
    ],
    ["a wrong password", 3050, (b) => b.agent.listFilesInGuest(b.as("root", "wrong"), "/srv/no", 0, 9)],
    ["an unknown user", 3050, (b) => b.agent.validateCredentialsInGuest(b.as("eve"))],
    ["an empty user name", 3, (b) => b.agent.validateCredentialsInGuest(b.as("", "x"))],
    ["a ticket", 6, (b) => b.agent.acquireCredentialsInGuest(b.as("root", "wrong"))],
    ["the registry", 3003, (b) => b.agent.registryOperation("CreateRegistryKeyInGuest", b.as("root", "wrong"), {})],
  ];
  test.each(cases)("%s: VIX %i", async (_what, vix, call) => {
    const before = JSON.stringify(readdirSync(at("srv/t")).sort());
    expect(await vixOf(call(bench))).toBe(vix);
    expect(JSON.stringify(readdirSync(at("srv/t")).sort())).toBe(before);
  });
});

test("lists base names after . and .., links with their targets' attributes, and pages with what remains", async () => {
  const files = await list("/srv/t");
  expect(files.slice(0, 2).map(({ path }) => path)).toEqual([".", ".."]);
  const link = files.find(({ path }) => path === "link");
  expect(link).toMatchObject({ type: "symlink", size: 0, attributes: { symlinkTarget: "file" } });
  expect(link?.attributes.permissions).toBe(statSync(at("srv/t/file")).mode);
  expect(files.find(({ path }) => path === "dangling")?.attributes.permissions).toBe(0);
  const page = await bench.agent.listFilesInGuest(bench.as("root"), "/srv/t", 2, 3);
  expect([page.files.length, page.remaining]).toEqual([3, files.length - 5]);
  expect((await list("/srv//t/file")).map(({ path }) => path)).toEqual(["/srv//t/file"]);
  expect((await list("/srv/t/dirlink")).map(({ type }) => type)).toEqual(["symlink"]);
  expect((await list("/srv/t/dirlink/.", "^sub$")).map(({ path }) => path)).toEqual(["sub"]);
});

test("new directories are private, parents too; deleting a tree unlinks links and follows none", async () => {
  await bench.agent.makeDirectoryInGuest(bench.as("root"), "/srv/t/a/b/", true);
  expect([statSync(at("srv/t/a")).mode & 0o7777, statSync(at("srv/t/a/b")).mode & 0o7777]).toEqual([0o700, 0o700]);
  symlinkSync("../../dir", at("srv/t/a/l"));
  await bench.agent.deleteDirectoryInGuest(bench.as("root"), "/srv/t/a", true);
  expect([existsSync(at("srv/t/a")), existsSync(at("srv/t/dir/sub"))]).toEqual([false, true]);
});

test("an upload is written in place and gets mode 0644 unless told; a cut one stays", async () => {
  const auth = bench.as("root");
  const inode = lstatSync(at("srv/t/file")).ino;
  await upload(bench.agent, auth, "/srv/t/file", "new");
  expect(lstatSync(at("srv/t/file"))).toMatchObject({ ino: inode, mode: 0o100644, size: 3 });
  expect(await download(bench.agent, auth, "/srv/t/file")).toBe("new");
  const cut = await bench.agent.openUpload(auth, "/srv/t/cut", {
    type: "GuestPosixFileAttributes",
    permissions: 0o600,
  });
  await cut.write(Buffer.from("half"));
  await cut.abort();
  expect(readFileSync(at("srv/t/cut"), "utf8")).toBe("half");
});

test("attributes: only what is given, times in order, mode cut to twelve bits", async () => {
  const modificationTime = new Date(1_234_567_890_000);
  const type = "GuestPosixFileAttributes";
  await bench.agent.changeFileAttributesInGuest(bench.as("root"), "/srv/t/link", {
    type,
    modificationTime,
    permissions: 0o107751,
  });
  expect(statSync(at("srv/t/file"))).toMatchObject({ mode: 0o107751, mtimeMs: modificationTime.getTime() });
});

test("temporary names: odd numbers for files, even ones for directories", async () => {
  const file = await bench.agent.createTemporaryFileInGuest(bench.as("root"), "a", ".sh", "/srv/t");
  const directory = await bench.agent.createTemporaryDirectoryInGuest(bench.as("root"), "", "");
  expect(Number(/^\/srv\/t\/avmware(\d+)\.sh$/.exec(file)?.[1]) % 2).toBe(1);
  expect(Number(/^\/tmp\/vmware-root_\d+-\d+\/vmware(\d+)$/.exec(directory)?.[1]) % 2).toBe(0);
  expect([statSync(at(file)).mode & 0o777, statSync(at(directory)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test("a full disk is VIX 8", async () => {
  await bench.close();
  bench = await openBench({ diskQuotaBytes: 100_000 });
  const file = await bench.agent.openUpload(bench.as("root"), "/tmp/big", { type: "GuestFileAttributes" });
  expect(await vixOf(file.write(Buffer.alloc(200_000)))).toBe(8);
  await file.abort();
});

test("tools.conf switches operations off before the login, from the next call on", async () => {
  mkdirSync(at("etc/vmware-tools"), { recursive: true });
  writeFileSync(at("etc/vmware-tools/tools.conf"), "[guestoperations]\nListFilesInGuest.disabled=true\n");
  expect(await vixOf(bench.agent.listFilesInGuest(bench.as("root", "wrong"), "/", 0, 1))).toBe(20005);
  expect(await vixOf(bench.agent.validateCredentialsInGuest(bench.as("root")))).toBe(0);
  writeFileSync(at("etc/vmware-tools/tools.conf"), "");
  expect(await vixOf(bench.agent.listFilesInGuest(bench.as("root"), "/", 0, 1))).toBe(0);
});

test("no path leads out of the guest, through whatever links", async () => {
  const outside = join(bench.root, "..", "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "secret");
  symlinkSync(outside, at("srv/t/absolute"));
  symlinkSync("../../../outside", at("srv/t/relative"));
  symlinkSync("/", at("srv/t/top"));
  const name = fc.constantFrom(
    "..",
    ".",
    "srv",
    "t",
    "absolute",
    "relative",
    "top",
    "outside",
    "secret",
    "dirlink",
    "new",
    "",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 12 }), async (names) => {
      const path = `/${names.join("/")}`;
      const auth = bench.as("root");
      const files = await bench.agent.listFilesInGuest(auth, path, 0, 50).catch(() => undefined);
      expect(files?.files.some((file) => /(^|\/)secret$/.test(file.path) && file.size === 6) ?? false).toBe(false);
      await bench.agent.makeDirectoryInGuest(auth, `${path}/made`, false).catch(() => undefined);
      await bench.agent.deleteFileInGuest(auth, `${path}/secret`).catch(() => undefined);
    }),
    { numRuns: 300 },
  );
  expect(readdirSync(outside)).toEqual(["secret"]);
  expect(readdirSync(join(bench.root, "..")).sort()).toEqual(["outside", "root"]);
});

(isRoot ? describe : describe.skip)("rights of several users (needs root)", () => {
  beforeEach(async () => {
    await bench.agent.makeDirectoryInGuest(bench.as("ann"), "/home/ann/private", false);
    await upload(bench.agent, bench.as("ann"), "/home/ann/private/f", "x");
  });

  test("one may not look into, write to or take from the other's private directory", async () => {
    const bob = bench.as("bob");
    expect(await vixOf(bench.agent.listFilesInGuest(bob, "/home/ann/private", 0, 9))).toBe(13);
    expect(await vixOf(bench.agent.makeDirectoryInGuest(bob, "/home/ann/x", false))).toBe(13);
    expect(await vixOf(bench.agent.deleteFileInGuest(bob, "/home/ann/private/f"))).toBe(13);
    expect(
      await vixOf(
        bench.agent.changeFileAttributesInGuest(bob, "/home/ann", {
          type: "GuestPosixFileAttributes",
          permissions: 0o777,
        }),
      ),
    ).toBe(13);
    expect(lstatSync(at("home/ann/private/f")).uid).toBe(2001);
  });

  test("a file that may not be read is left out of listings and keeps its place in the page", async () => {
    await bench.agent.changeFileAttributesInGuest(bench.as("ann"), "/home/ann/private", {
      type: "GuestPosixFileAttributes",
      permissions: 0o755,
    });
    await bench.agent.changeFileAttributesInGuest(bench.as("ann"), "/home/ann/private/f", {
      type: "GuestPosixFileAttributes",
      permissions: 0o600,
    });
    const page = await bench.agent.listFilesInGuest(bench.as("bob"), "/home/ann/private", 0, 3);
    expect([page.files.map(({ path }) => path), page.remaining]).toEqual([[".", ".."], 0]);
    expect((await bench.agent.listFilesInGuest(bench.as("bob"), "/home/ann/private/f", 0, 3)).files).toEqual([]);
  });

  test("a move that may not rename is a copy, and the source stays", async () => {
    await bench.agent.changeFileAttributesInGuest(bench.as("ann"), "/home/ann/private", {
      type: "GuestPosixFileAttributes",
      permissions: 0o755,
    });
    await bench.agent.moveFileInGuest(bench.as("bob"), "/home/ann/private/f", "/home/bob/f", false);
    expect(existsSync(at("home/ann/private/f"))).toBe(true);
    expect(lstatSync(at("home/bob/f"))).toMatchObject({ uid: 2002, mode: 0o100600 });
  });

  test("our own ids come back after each operation", async () => {
    await vixOf(bench.agent.listFilesInGuest(bench.as("bob"), "/home/ann/private", 0, 9));
    expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
  });
});
