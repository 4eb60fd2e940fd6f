import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ vms: [{ name: "win-1", os: "windows" }, { name: "lin-1" }] });
});
afterAll(() => world.stop());

const env = { VSPHERE_GUEST_USER: "root" };
const onWindows = (...args: string[]) => world.run([...args, "--vm", "win-1"], { env });

test("files of a Windows guest", async () => {
  const done = async (...args: string[]) => {
    const { code, stdout, stderr } = await onWindows(...args);
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    return stdout;
  };
  writeFileSync(join(world.directory, "f"), "text\r\n");
  await done("mkdir", "-p", "C:\\app\\conf");
  await done("upload", "f", "C:\\app\\conf\\f.txt");
  expect(await done("ls", "C:\\app\\conf")).toBe("f.txt\n");
  expect(await done("ls", "-R", "C:/app")).toMatch(/conf\\f\.txt|conf\/f\.txt/);
  expect(await done("cat", "C:\\app\\conf\\f.txt")).toBe("text\r\n");
  await done("mv", "C:\\app\\conf", "C:\\app\\etc");
  await done("download", "-r", "C:\\app\\etc", "etc");
  expect(readFileSync(join(world.directory, "etc", "f.txt"), "utf8")).toBe("text\r\n");
  await done("rmdir", "-r", "C:\\app");
  expect((await onWindows("exists", "C:\\app")).code).toBe(1);
});

test("a ticket stands in for the login until it is released, and appears in no argument", async () => {
  const { code, stdout } = await onWindows("auth", "acquire");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);
  const withTicket = {
    VSPHERE_GUEST_TICKET: stdout.trim(),
    VSPHERE_GUEST_USER: undefined,
    VSPHERE_GUEST_PASSWORD: undefined,
  };
  const by = (...args: string[]) => world.run([...args, "--vm", "win-1"], { env: withTicket });
  expect((await by("exists", "C:\\Windows")).code).toBe(0);
  expect((await by("auth", "release")).code).toBe(0);
  const after = await by("exists", "C:\\Windows");
  expect([after.code, after.stderr]).toEqual([
    1,
    expect.stringMatching(/refused the login of the ticket's account.*acquire another/),
  ]);
  const linux = await world.run(["auth", "acquire", "--vm", "lin-1"]);
  expect([linux.code, linux.stderr]).toEqual([1, expect.stringContaining("does not support it")]);
});

test("programs of a Windows guest", async () => {
  const ran = await onWindows("run", "--exit-zero", "cmd.exe", "/c", "echo out& echo err>&2& exit 5");
  expect([ran.code, ran.stdout.trim(), ran.stderr.trim()]).toEqual([0, "out", "err"]);
  writeFileSync(join(world.directory, "it.cmd"), "@echo %GREETING%\n@exit 3\n");
  const script = await onWindows("script", "-e", "GREETING=hello", "it.cmd");
  expect([script.code, script.stdout.trim()]).toEqual([3, "hello"]);
  const refused = await onWindows("run", "--guest-user", "nobody", "cmd.exe");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('refused the login of "nobody"')]);
  expect((await onWindows("env", "ComSpec")).stdout).toMatch(/^ComSpec=C:\\/i);
});

test("a path of the other family, or of none, is refused before anything is done", async () => {
  const [onLinux, onOther, relative] = await Promise.all([
    world.run(["ls", "C:\\app", "--vm", "lin-1"]),
    onWindows("rm", "/etc/hosts"),
    onWindows("rm", "etc/hosts"),
  ]);
  expect([onLinux.code, onOther.code, relative.code]).toEqual([2, 2, 2]);
  expect(onLinux.stderr).toMatch(/lin-1 C:\\app: is no path there\. .*POSIX guest: \/etc\/app\.conf/);
  expect(onOther.stderr).toMatch(/win-1 \/etc\/hosts: is no path there\. .*Windows guest: C:\\app\\app\.conf/);
  expect(relative.stderr).toMatch(/"etc\/hosts" is no absolute path in a guest/);
});
