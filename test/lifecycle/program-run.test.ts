import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestProgramRun } from "../../provider/resources";
import { type Recorded, SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
const vm = "vm-1";
const root = () => lifecycle.simulator.vm(vm).root;
const read = (path: string) => readFileSync(join(root(), path), "utf8");

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start({
    guestUsers: [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }],
  });
});
afterAll(() => lifecycle.stop());

const run = (inputs: object, secrets: readonly string[] = []) =>
  lifecycle.create(guestProgramRun, { vm, ...inputs }, secrets);
const textOf = ({ state }: Recorded) => JSON.parse(JSON.stringify(state["stdout"])) as string;

test("arguments reach the program as they stand", async () => {
  const words = ["a b", "$HOME", "`id`", "it's", 'say "hi"', "", "*", "ünï", "-n", "back\\slash"];
  const { state } = await run({ program: "/usr/bin/printf", arguments: ["[%s]", ...words] });
  expect(state["stdout"]).toBe(words.map((word) => `[${word}]`).join(""));
});

test("environment merges by default and replaces on demand; the working directory is set", async () => {
  const script = 'echo "$A:${PATH:+path}:$PWD"';
  const merged = await run({ script, environment: { A: "1" }, workingDirectory: "/srv" });
  expect(merged.state["stdout"]).toBe("1:path:/srv");
  const replaced = await run({ program: "/usr/bin/env", environment: { ONLY: "this" }, environmentMode: "replace" });
  expect(
    textOf(replaced)
      .split("\n")
      .filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=/.test(line)),
  ).toEqual(["ONLY=this"]);
});

test("interpreters take a script with stdin of its own", async () => {
  const { state } = await run({
    script: "import sys\nprint(sys.stdin.read().upper())",
    interpreter: "python3",
    stdin: "héllo",
  });
  expect(state["stdout"]).toBe("HÉLLO");
});

test("other exit codes may count as success", async () => {
  expect((await run({ script: "exit 3", successExitCodes: [0, 3] })).state["exitCode"]).toBe(3);
});

test("large outputs come whole, and are cut at the limit with a mark", async () => {
  const whole = await run({ script: "seq 1 20000" });
  expect(textOf(whole).split("\n").length).toBe(20_000);
  const cut = await run({ script: "seq 1 20000", outputLimitBytes: 100 });
  expect(cut.state["stdout"]).toMatch(/\[cut: 100 of 108894 bytes\]$/);
});

test("bytes that are no text are kept beside the text", async () => {
  const { state } = await run({ script: "printf '\\377\\000A'" });
  expect(state["stdoutBase64"]).toBe(Buffer.from([0xff, 0, 0x41]).toString("base64"));
});

test("guards are looked at in each diff: creates and removes", async () => {
  const inputs = { vm, script: "touch /srv/made; echo ran >> /srv/runs", creates: "/srv/made" };
  const made = await run(inputs);
  expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([]);
  rmSync(join(root(), "srv/made"));
  expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([
    "/srv/made is absent in the guest; the program will be run",
  ]);
  await lifecycle.update(guestProgramRun, made, inputs);
  expect(read("srv/runs")).toBe("ran\nran\n");
  await run({ script: "rm /srv/made; echo removed >> /srv/runs", removes: "/srv/made" });
  const skipped = await run({ script: "echo never >> /srv/runs", removes: "/srv/made" });
  expect(skipped.state["exitCode"]).toBeUndefined();
  expect(read("srv/runs")).toBe("ran\nran\nremoved\n");
});

test("guards are looked at in each diff: unless and onlyIf", async () => {
  const inputs = { vm, script: "echo on > /srv/feature", unless: "grep -q on /srv/feature", onlyIf: "test -d /srv" };
  const made = await run(inputs);
  expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([]);
  writeFileSync(join(root(), "srv/feature"), "off\n");
  expect(await lifecycle.differences(guestProgramRun, made, inputs)).toEqual([
    "the onlyIf command exits 0; the program will be run",
  ]);
  const again = await lifecycle.update(guestProgramRun, made, inputs);
  expect(read("srv/feature")).toBe("on\n");
  expect(await lifecycle.differences(guestProgramRun, again, inputs)).toEqual([]);
});

test("update and delete have commands of their own", async () => {
  const inputs = {
    vm,
    create: "echo made; echo c >> /srv/crud",
    update: "echo u >> /srv/crud",
    delete: 'echo "d $PULUMI_COMMAND_STDOUT" >> /srv/crud',
    triggers: [1],
  };
  const made = await run(inputs);
  await lifecycle.remove(guestProgramRun, made);
  const updated = await lifecycle.update(guestProgramRun, made, { ...inputs, triggers: [2] });
  expect(updated.id).toBe(made.id);
  expect(read("srv/crud")).toBe("c\nd made\nu\n");
});

test("a run is tried again as often as retry says", async () => {
  const script = "echo x >> /srv/attempts; test $(wc -l < /srv/attempts) -ge 3";
  const { state } = await run({ script, retry: { attempts: 3, delaySeconds: 0 } });
  expect(state["exitCode"]).toBe(0);
  await expect(run({ script: "exit 9", retry: { attempts: 2, delaySeconds: 0 } })).rejects.toThrow("exit code 9");
});

test("logs are fetched after the run, as outputs or to this machine", async () => {
  const inputs = {
    script: "echo one > /srv/one.log; echo two > '/srv/two.log'",
    logPaths: ["/srv/one.log", "/srv/none.log"],
  };
  expect((await run(inputs)).state["logs"]).toEqual({ "/srv/one.log": "one\n" });
  const directory = mkdtempSync(join(tmpdir(), "logs-"));
  try {
    await run({ ...inputs, logDirectory: directory });
    expect(readdirSync(directory)).toEqual(["vm-1-one.log"]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("su runs as another account", async () => {
  cpSync("/etc/pam.d", join(root(), "etc/pam.d"), { recursive: true });
  cpSync("/etc/security", join(root(), "etc/security"), { recursive: true });
  writeFileSync(join(root(), "etc/shadow"), "root:*:19000:0:99999:7:::\napp:*:19000:0:99999:7:::\n", { mode: 0o600 });
  const { state } = await run({ script: "id -un", runAs: { user: "app", method: "su" } });
  expect(state["stdout"]).toBe("app");
  const words = await run({
    program: "/usr/bin/printf",
    arguments: ["[%s]", "-x", "a b", "$HOME"],
    runAs: { user: "app", method: "su" },
  });
  expect(words.state["stdout"]).toBe("[-x][a b][$HOME]");
});

test("secret inputs keep the outputs out of error texts", async () => {
  await expect(
    run({ script: "echo hush-hush >&2; exit 2", environment: { A: "hush-hush" } }, ["environment"]),
  ).rejects.toThrow(/^(?!.*hush-hush)/s);
});

test("nothing is left in the guest", () => {
  expect(readdirSync(join(root(), "tmp"))).toEqual([]);
});
