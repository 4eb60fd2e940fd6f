import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world.stop());

const onVm = (...args: string[]) => world.run([...args, "--vm", "vm-1"]);
const local = (name: string) => join(world.directory, name);

test("ls, stat and exists tell what is there", async () => {
  mkdirSync(world.at("/srv/looks/sub"), { recursive: true });
  writeFileSync(world.at("/srv/looks/a.conf"), "12345", { mode: 0o640 });
  writeFileSync(world.at("/srv/looks/sub/b"), "");
  symlinkSync("a.conf", world.at("/srv/looks/link"));
  const [plain, long, all, matching, json, stat, is, isNot, isOther, none] = await Promise.all([
    onVm("ls", "/srv/looks"),
    onVm("ls", "-l", "/srv/looks"),
    onVm("ls", "-R", "/srv/looks"),
    onVm("ls", "--match", "conf$", "/srv/looks"),
    onVm("ls", "--json", "/srv/looks/a.conf"),
    onVm("stat", "/srv/looks/a.conf"),
    onVm("exists", "/srv/looks/link"),
    onVm("exists", "/srv/looks/none"),
    onVm("exists", "--type", "directory", "/srv/looks/a.conf"),
    onVm("stat", "/srv/looks/none"),
  ]);
  expect(plain).toEqual({ code: 0, stdout: "a.conf\nlink\nsub\n", stderr: "" });
  expect(long.stdout).toMatch(/^-rw-r----- {2}0 {2}0 {2}5 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}a\.conf$/m);
  expect(long.stdout).toMatch(/^drwx.* {2}sub$/m);
  expect(all.stdout).toContain("/srv/looks/sub/b\n");
  expect(matching.stdout).toBe("a.conf\n");
  expect(JSON.parse(json.stdout)).toMatchObject([
    { path: "/srv/looks/a.conf", type: "file", sizeBytes: 5, mode: 0o640 },
  ]);
  expect(stat.stdout).toMatch(/^mode +0640$/m);
  expect([is.code, isNot.code, isOther.code]).toEqual([0, 1, 1]);
  expect([none.code, none.stdout]).toEqual([1, ""]);
  expect(none.stderr).toMatch(/^vsphere-guest: vm-1 \/srv\/looks\/none: nothing is there/);
});

test("mkdir, rmdir, rm, mv, mktemp, chmod, chown and touch change what they say", async () => {
  const done = async (...args: string[]) => {
    const { code, stderr, stdout } = await onVm(...args);
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    return stdout;
  };
  await done("mkdir", "-p", "-m", "0750", "/srv/changes/a");
  await done("mkdir", "-p", "/srv/changes/a");
  expect((await onVm("mkdir", "/srv/changes/a")).code).toBe(1);
  expect(statSync(world.at("/srv/changes/a")).mode & 0o777).toBe(0o750);
  await done("touch", "--date", "2020-01-02T03:04:05Z", "/srv/changes/a/f");
  expect(statSync(world.at("/srv/changes/a/f")).mtime).toEqual(new Date("2020-01-02T03:04:05Z"));
  await done("chmod", "600", "/srv/changes/a/f");
  await done("chown", "root:root", "/srv/changes/a/f");
  await done("touch", "/srv/changes/a/f");
  expect(statSync(world.at("/srv/changes/a/f"))).toMatchObject({ size: 0, uid: 0 });
  await done("mv", "/srv/changes/a/f", "/srv/changes/a/g");
  writeFileSync(world.at("/srv/changes/a/h"), "");
  expect((await onVm("mv", "/srv/changes/a/g", "/srv/changes/a/h")).stderr).toContain(
    "something of that name is there already",
  );
  await done("mv", "--overwrite", "/srv/changes/a/g", "/srv/changes/a/h");
  expect(readdirSync(world.at("/srv/changes/a"))).toEqual(["h"]);
  const made = (await done("mktemp", "-d", "--prefix", "p-", "--in", "/srv/changes")).trim();
  expect(statSync(world.at(made)).mode & 0o777).toBe(0o700);
  expect((await onVm("rmdir", "/srv/changes")).stderr).toContain("the directory is not empty");
  await done("rm", "/srv/changes/a/h");
  expect((await onVm("rm", "/srv/changes/a/h")).code).toBe(1);
  await done("rm", "-f", "/srv/changes/a/h");
  await done("rmdir", "-r", "/srv/changes");
  expect(readdirSync(world.at("/srv"))).not.toContain("changes");
});

test("upload, download and cat carry contents, by pipes too", async () => {
  mkdirSync(local("tree/sub"), { recursive: true });
  writeFileSync(local("tree/sub/x"), "x");
  const bytes = Buffer.alloc(300_000, "abc");
  writeFileSync(local("big"), bytes);
  expect(await onVm("upload", "--mode", "0600", "big", "/srv/big")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(statSync(world.at("/srv/big"))).toMatchObject({ size: bytes.length });
  const again = await onVm("upload", "big", "/srv/big");
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("--overwrite")]);
  expect((await onVm("cat", "/srv/big")).stdout).toBe(bytes.toString());
  expect((await onVm("download", "/srv/big", "back")).code).toBe(0);
  expect(readFileSync(local("back")).equals(bytes)).toBe(true);
  const taken = await onVm("download", "/srv/big", "back");
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("back: is there already, on this machine")]);
  await world.run(["upload", "-", "/srv/piped", "--vm", "vm-1"], { stdin: "piped text" });
  expect(readFileSync(world.at("/srv/piped"), "utf8")).toBe("piped text");
  expect((await onVm("upload", "tree", "/srv/tree")).stderr).toContain("--recursive");
  await onVm("upload", "-r", "tree", "/srv/tree");
  await onVm("download", "-r", "/srv/tree", "copy");
  expect(readdirSync(local("copy"), { recursive: true }).sort()).toEqual(["sub", join("sub", "x")]);
  const missing = await onVm("upload", "nowhere", "/srv/x");
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/nowhere, on this machine: .*ENOENT/)]);
  const [upload, download] = [
    await onVm("upload", "--overwrite", "big", "/srv"),
    await onVm("download", "/srv/big", "tree"),
  ];
  expect([upload.stderr, download.stderr]).toEqual(Array(2).fill(expect.stringContaining("is a directory")));
  expect(readdirSync(world.directory).sort()).toEqual(["back", "big", "copy", "tree"]);
});

test("an upload and a download through vCenter alone", async () => {
  writeFileSync(local("small"), "small");
  await onVm("upload", "--transfer", "inBand", "small", "/srv/small");
  expect((await onVm("cat", "--transfer", "inBand", "/srv/small")).stdout).toBe("small");
  expect((await onVm("cat", "--transfer", "sideways", "/srv/small")).code).toBe(2);
});

test("sync sends what differs, and tells it first where it is asked to", async () => {
  mkdirSync(local("www/sub"), { recursive: true });
  writeFileSync(local("www/a"), "a");
  writeFileSync(local("www/sub/b"), "b");
  writeFileSync(local("www/c.log"), "log");
  const sync = (...args: string[]) => onVm("sync", "--exclude", "*.log", ...args, "www", "/srv/www/html");
  expect((await sync()).stderr).toMatch(/\/srv\/www/);
  const first = await sync("-p", "--json");
  expect([first.code, JSON.parse(first.stdout)]).toMatchObject([0, { fileCount: 2, directoryCount: 1 }]);
  expect(readdirSync(world.at("/srv/www/html"), { recursive: true }).sort()).toEqual(["a", "sub", "sub/b"]);
  writeFileSync(world.at("/srv/www/html/theirs"), "t");
  writeFileSync(local("www/a"), "A");
  const plan = await sync("-n", "--purge");
  expect([plan.code, plan.stdout]).toEqual([0, expect.stringMatching(/a[^]*theirs|theirs[^]*a/)]);
  expect(readFileSync(world.at("/srv/www/html/a"), "utf8")).toBe("a");
  world.simulator.clearCalls();
  expect((await sync("--purge")).code).toBe(0);
  expect(readdirSync(world.at("/srv/www/html"), { recursive: true }).sort()).toEqual(["a", "sub", "sub/b"]);
  expect(world.simulator.calls.filter(({ method }) => method === "PUT")).toHaveLength(1);
  expect((await onVm("sync", "www", "/")).stderr).toMatch(/path: must not be the root/);
});
