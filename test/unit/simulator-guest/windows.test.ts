import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { guestLimits } from "../../../simulator/guest";
import { hasWine } from "../../../simulator/guest/windows/wine-template";
import { download, ended, openBench, upload, vixOf, type Bench } from "./guest-bench";

if (!hasWine()) process.stderr.write("SKIPPED: programs in Windows guests, since `wine` is not installed here\n");
const withWine = hasWine() ? describe : describe.skip;

let bench: Bench;
const root = () => bench.as("root");
const at = (path: string): string => join(bench.root, path);
const list = async (path: string, pattern?: string) =>
  (await bench.agent.listFilesInGuest(root(), path, 0, 1000, pattern)).files;

beforeEach(async () => {
  bench = await openBench({ os: "windows" });
});
afterEach(() => bench.close());

test("paths: any case, both slashes, drive C: only, never out of the drive", async () => {
  await bench.agent.makeDirectoryInGuest(root(), "C:\\App\\Conf", true);
  await upload(bench.agent, root(), "c:/app/CONF/a.txt", "x");
  expect(readdirSync(at("App/Conf"))).toEqual(["a.txt"]);
  expect((await list("C:\\APP\\conf\\..\\Conf")).map(({ path }) => path)).toEqual([".", "..", "a.txt"]);
  expect(await vixOf(bench.agent.makeDirectoryInGuest(root(), "C:\\app", true))).toBe(12);
  expect(await vixOf(list("D:\\x"))).toBe(4);
  expect(await vixOf(list("C:\\..\\..\\..\\..\\etc\\passwd"))).toBe(4);
  expect(await vixOf(bench.agent.makeDirectoryInGuest(root(), "C:\\a|b", false))).toBe(22);
  symlinkSync("/etc", at("App/link"));
  expect(await vixOf(list("C:\\App\\link\\passwd"))).toBe(20002);
});

test("hidden and read-only are kept and shown; read-only files are neither deleted nor replaced", async () => {
  await upload(bench.agent, root(), "C:\\f.txt", "x");
  const type = "GuestWindowsFileAttributes";
  await bench.agent.changeFileAttributesInGuest(root(), "C:\\F.TXT", { type, hidden: true, readOnly: true });
  const [file] = await list("C:\\.", "^f\\.txt$");
  expect(file?.attributes).toMatchObject({ type, hidden: true, readOnly: true });
  expect(await vixOf(bench.agent.deleteFileInGuest(root(), "C:\\f.txt"))).toBe(13);
  expect(await vixOf(bench.agent.changeFileAttributesInGuest(bench.as("eve"), "C:\\", { type, ownerId: 1 }))).toBe(3);
  await bench.agent.changeFileAttributesInGuest(root(), "C:\\f.txt", { type, readOnly: false });
  await bench.agent.moveFileInGuest(root(), "C:\\f.txt", "C:\\F2.txt", false);
  expect(existsSync(at("F2.txt"))).toBe(true);
});

test("the environment is the user's, its names in any case", async () => {
  const values = await bench.agent.readEnvironmentVariableInGuest(root(), ["systemroot", "NOPE", "USERPROFILE"]);
  expect(values).toEqual(["SystemRoot=C:\\Windows", "USERPROFILE=C:\\Users\\root"]);
  expect(await vixOf(bench.agent.validateCredentialsInGuest(bench.as("DOMAIN\\ROOT", "root")))).toBe(0);
});

test("tickets stand for a login until they are released", async () => {
  const ticket = await bench.agent.acquireCredentialsInGuest(root());
  expect(await vixOf(bench.agent.validateCredentialsInGuest(ticket))).toBe(0);
  await bench.agent.releaseCredentialsInGuest(ticket);
  expect(await vixOf(bench.agent.validateCredentialsInGuest(ticket))).toBe(3050);
});

describe("the registry", () => {
  const key = (registryPath: string, wowBitness = "WOWNative") => ({ keyName: { registryPath, wowBitness } });
  const run = (method: string, parameters: Record<string, unknown>) =>
    bench.agent.registryOperation(`${method}InGuest`, root(), parameters);
  const acme = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme";

  test("keys: made with their parents, listed, deleted, each refusal with its number", async () => {
    await run("CreateRegistryKey", { ...key(`${acme}\\A\\B`), isVolatile: false });
    expect(await vixOf(run("CreateRegistryKey", { ...key(acme.toLowerCase()), isVolatile: false }))).toBe(20011);
    expect(await vixOf(run("DeleteRegistryKey", { ...key(acme), recursive: false }))).toBe(20009);
    const keys = await run("ListRegistryKeys", { ...key(acme), recursive: true });
    expect(keys).toMatchObject([{ key: key(`${acme}\\A`) }, { key: key(`${acme}\\A\\B`) }]);
    await run("CreateRegistryKey", { ...key(`${acme}\\V`), isVolatile: true });
    expect(await vixOf(run("CreateRegistryKey", { ...key(`${acme}\\V\\N`), isVolatile: false }))).toBe(20012);
    await run("DeleteRegistryKey", { ...key(acme), recursive: true });
    expect(await vixOf(run("ListRegistryKeys", { ...key(acme), recursive: false }))).toBe(20008);
  });

  test("values: set, expanded on demand, found in the 32-bit view under their own name, deleted", async () => {
    await run("CreateRegistryKey", { ...key(acme, "WOW32"), isVolatile: false });
    const name = { ...key(acme, "WOW32"), name: "Path" };
    const data = { $type: "GuestRegValueExpandStringSpec", value: "%SystemRoot%\\acme" };
    await run("SetRegistryValue", { value: { name, data } });
    const native = "HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\Acme";
    expect(await run("ListRegistryValues", { ...key(native), expandStrings: true })).toMatchObject([
      { name: { name: "Path" }, data: { value: "C:\\Windows\\acme" } },
    ]);
    await run("DeleteRegistryValue", { valueName: { ...name, name: "PATH" } });
    expect(await vixOf(run("DeleteRegistryValue", { valueName: name }))).toBe(20010);
  });
});

test("says what is missing", () => {
  expect(guestLimits("windows", "auto").join("\n")).toMatch(hasWine() ? /Wine/ : /install Wine/);
});

withWine("programs through Wine", () => {
  test("cmd.exe: redirection, quotes, 32-bit exit codes, the given environment, taskkill", async () => {
    const cmd = "C:\\Windows\\System32\\cmd.exe";
    writeFileSync(at("in.txt"), "a\r\n");
    await bench.agent.makeDirectoryInGuest(root(), "C:\\my dir", false);
    const plain = await bench.run("root", cmd, "/c type in.txt>out.txt", { cwd: "C:\\" });
    expect([plain.name, plain.exitCode]).toEqual(["cmd.exe", 0]);
    expect(await download(bench.agent, root(), "C:\\out.txt")).toMatch(/^a\s*$/);
    const quoted = await bench.run("root", cmd, `/s /c "echo "%NAME%" > "C:\\my dir\\o.txt" & exit 70000"`, {
      env: ["NAME=a & b"],
    });
    expect(quoted.exitCode).toBe(70_000);
    expect((await download(bench.agent, root(), "C:\\my dir\\o.txt")).trim()).toBe(`"a & b"`);
    const start = (programPath: string, args: string) =>
      bench.agent.startProgramInGuest(root(), { programPath, arguments: args, envVariables: [] });
    const pid = await start(cmd, "/c ping -n 60 127.0.0.1");
    await start("C:\\Windows\\System32\\taskkill.exe", `/t /f /pid ${pid}`);
    expect((await ended(bench.agent, root(), pid)).exitCode).toBe(1);
    expect(await vixOf(bench.agent.terminateProcessInGuest(root(), pid))).toBe(20003);
    expect(await vixOf(start("C:\\nope.exe", ""))).toBe(4);
    await bench.agent.shutdown();
    expect((await list("C:\\Windows\\System32", "^cmd\\.exe$")).map(({ type }) => type)).toEqual(["file"]);
    expect((await bench.run("root", cmd, "/c exit 3")).exitCode).toBe(3);
  }, 120_000);
});
