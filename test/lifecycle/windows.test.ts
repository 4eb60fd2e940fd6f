import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestEnvCheck, guestFile, guestProgramRun } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

const hasWine = spawnSync("wine", ["--version"], { stdio: "ignore" }).status === 0;
if (!hasWine) process.stderr.write("SKIPPED: programs in Windows guests, since `wine` is not installed here\n");
const withWine = hasWine ? describe : describe.skip;

let lifecycle: SimulatedLifecycle;
const vm = "vm-1";
const inGuest = (path: string) => join(lifecycle.simulator.vm(vm).root, path);

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start({ os: "windows" });
});
afterAll(() => lifecycle.stop());

describe("GuestFile", () => {
  const path = "C:\\App\\app.ini";
  const inputs = { vm, path, content: "[app]\r\nname=ünï\r\n", hidden: true, readOnly: true, createParents: true };

  test("is made with its attributes and line ends, left alone, repaired and removed", async () => {
    const made = await lifecycle.create(guestFile, inputs);
    expect(readFileSync(inGuest("App/app.ini"), "utf8")).toBe(inputs.content);
    expect(made.state).toMatchObject({ hidden: true, readOnly: true });
    expect(await lifecycle.differences(guestFile, made, inputs)).toEqual([]);

    rmSync(inGuest("App/app.ini"));
    writeFileSync(inGuest("App/app.ini"), "tampered");
    const reasons = await lifecycle.differences(guestFile, made, inputs);
    expect(reasons.join("\n")).toMatch(/content differs/);
    const repaired = await lifecycle.update(guestFile, made, inputs);
    expect(readFileSync(inGuest("App/app.ini"), "utf8")).toBe(inputs.content);
    expect(await lifecycle.differences(guestFile, repaired, inputs)).toEqual([]);

    const changed = await lifecycle.update(guestFile, repaired, { ...inputs, hidden: false, readOnly: false });
    expect(changed.state).toMatchObject({ hidden: false, readOnly: false });
    await lifecycle.remove(guestFile, changed);
    expect(existsSync(inGuest("App/app.ini"))).toBe(false);
  });

  test("of read-only attributes is removed all the same; paths do not depend on case", async () => {
    const made = await lifecycle.create(guestFile, inputs);
    expect(await lifecycle.differences(guestFile, made, inputs)).toEqual([]);
    await lifecycle.remove(guestFile, made);
    expect(existsSync(inGuest("App/app.ini"))).toBe(false);
  });
});

describe("GuestDirectory", () => {
  test("is made, found missing, made again and removed", async () => {
    const inputs = { vm, path: "C:\\Data\\cache", createParents: true };
    const made = await lifecycle.create(guestDirectory, inputs);
    expect(statSync(inGuest("Data/cache")).isDirectory()).toBe(true);
    rmSync(inGuest("Data/cache"), { recursive: true });
    expect(await lifecycle.differences(guestDirectory, made, inputs)).toHaveLength(1);
    const again = await lifecycle.update(guestDirectory, made, inputs);
    expect(await lifecycle.differences(guestDirectory, again, inputs)).toEqual([]);
    await lifecycle.remove(guestDirectory, again);
    expect(existsSync(inGuest("Data/cache"))).toBe(false);
  });

  test("takes over a tree of this machine, file by file, with drift per path", async () => {
    const source = mkdtempSync(join(tmpdir(), "tree-"));
    try {
      mkdirSync(join(source, "conf"));
      writeFileSync(join(source, "readme.txt"), "one\r\n");
      writeFileSync(join(source, "conf", "a.ini"), "a=1\r\n");
      const inputs = { vm, path: "C:\\Tree", source, recursiveDelete: true };
      const made = await lifecycle.create(guestDirectory, inputs);
      expect(readFileSync(inGuest("Tree/conf/a.ini"), "utf8")).toBe("a=1\r\n");
      expect(await lifecycle.differences(guestDirectory, made, inputs)).toEqual([]);
      writeFileSync(inGuest("Tree/conf/a.ini"), "tampered");
      expect((await lifecycle.differences(guestDirectory, made, inputs)).join("\n")).toContain("a.ini");
      const repaired = await lifecycle.update(guestDirectory, made, inputs);
      expect(readFileSync(inGuest("Tree/conf/a.ini"), "utf8")).toBe("a=1\r\n");
      await lifecycle.remove(guestDirectory, repaired);
      expect(existsSync(inGuest("Tree"))).toBe(false);
    } finally {
      rmSync(source, { recursive: true });
    }
  });
});

test("GuestEnvCheck: variables without regard to case, family, paths", async () => {
  const satisfied = {
    vm,
    variables: { systemroot: "C:\\Windows" },
    guestFamily: "windowsGuest",
    paths: { "C:\\Windows": "directory" },
  };
  expect((await lifecycle.create(guestEnvCheck, satisfied)).state).toMatchObject({ satisfied: true });
  const failing = { vm, variables: { SystemRoot: "D:\\" }, paths: { "C:\\Nope": "present" }, onFailure: "warn" };
  const { state } = await lifecycle.create(guestEnvCheck, failing);
  expect(state["failures"]).toHaveLength(2);
});

withWine("GuestProgramRun with Wine's cmd.exe", () => {
  const run = (inputs: object) => lifecycle.create(guestProgramRun, { vm, ...inputs });
  const cmd = "C:\\Windows\\System32\\cmd.exe";

  test("program and arguments, exit codes of 32 bits", async () => {
    const { state } = await run({ program: cmd, arguments: ["/c", "echo", "hello"] });
    expect(state["exitCode"]).toBe(0);
    expect(text(state["stdout"])).toBe("hello");
    const asked = { program: cmd, arguments: ["/c", "exit", "-2147024891"] };
    expect((await run({ ...asked, successExitCodes: [2147942405] })).state["exitCode"]).toBe(-2147024891);
    await expect(run(asked)).rejects.toThrow("ended with exit code -2147024891, accepted is 0");
  });

  test("a cmd script with environment, directory and standard input", async () => {
    const script = "@echo off\nset /p line=\necho %line% %GREETING% %CD%\necho to stderr 1>&2";
    const { state } = await run({
      script,
      interpreter: "cmd",
      stdin: "from stdin\r\n",
      environment: { GREETING: "a ^& b" },
      workingDirectory: "C:\\Windows",
    });
    expect(state).toMatchObject({ exitCode: 0, stdout: "from stdin a & b C:\\Windows" });
    expect(text(state["stderr"])).toBe("to stderr");
  });

  test("what is missing: the program, or a command of the script", async () => {
    await expect(run({ program: "C:\\no-such.exe" })).rejects.toThrow("there is no such program in the guest");
    await expect(run({ script: "@no-such-command", interpreter: "cmd" })).rejects.toThrow("exit code 9009");
  });

  test("large outputs come whole", async () => {
    const script = "@for /l %%i in (1,1,3000) do @echo line %%i";
    const { state } = await run({ script, interpreter: "cmd" });
    expect(text(state["stdout"]).split("\r\n")).toHaveLength(3000);
  });

  test("output in the guest's own code page is text, with the bytes beside it", async () => {
    writeFileSync(inGuest("oem.txt"), Buffer.from([0x81, 0x20, 0x9b, 0x20, 0xe1]));
    const oem = await run({ script: "@type C:\\oem.txt", interpreter: "cmd" });
    expect(oem.state).toMatchObject({ stdout: "ü ¢ ß", stdoutBase64: "gSCbIOE=" });
  });

  test("a timeout ends the tree", async () => {
    const script = "@echo started>C:\\started.txt\n@cmd /c for /l %%i in (1,0,2) do @rem endless";
    await expect(run({ script, interpreter: "cmd", timeoutSeconds: 6 })).rejects.toThrow(/timed out after 6 s/);
    expect(existsSync(inGuest("started.txt"))).toBe(true);
    expect(lifecycle.lines.filter((line) => line.includes("may still run"))).toEqual([]);
  }, 60_000);

  test("guards and triggers", async () => {
    const inputs = { vm, script: "@echo made>C:\\made.txt", interpreter: "cmd", creates: "C:\\made.txt" };
    const made = await lifecycle.create(guestProgramRun, inputs);
    expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([]);
    rmSync(inGuest("made.txt"));
    expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([
      "C:\\made.txt is absent in the guest; the program will be run",
    ]);
  });

  test("nothing is left in TEMP", () => {
    expect(readdirSync(inGuest("Users/root/AppData/Local/Temp"))).toEqual([]);
  });
});

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
