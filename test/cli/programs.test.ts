import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../until";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ vms: 3 });
});
afterAll(() => world.stop());

const onVm = (...args: string[]) => world.run([...args, "--vm", "vm-1"]);
const inShell = (script: string) => ["run", "--vm", "vm-1", "--", "/bin/sh", "-c", script];
const processes = async () => (await onVm("ps")).stdout;

test("a program's output, each stream on its own, and its exit code", async () => {
  expect(await world.run(inShell("echo out; echo err >&2; exit 7"))).toEqual({
    code: 7,
    stdout: "out\n",
    stderr: "err\n",
  });
  expect((await world.run(["run", "--exit-zero", ...inShell("exit 7").slice(1)])).code).toBe(0);
  const json = await world.run(["run", "--json", ...inShell("echo out; exit 2").slice(1)]);
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { exitCode: 2, stdout: "out\n", stderr: "" }]);
  const bytes = await world.run(inShell("printf 'a\\033[1mb\\r'"));
  expect(bytes.stdout).toBe("a\u001b[1mb\r");
});

test("variables, working directory, standard input, secrets", async () => {
  const given = [
    "run",
    "-e",
    "A=x y",
    "--cwd",
    "/srv",
    "-i",
    "--secret",
    "--vm",
    "vm-1",
    "--",
    "/bin/sh",
    "-c",
    'pwd; echo "$A"; cat',
  ];
  expect((await world.run(given, { stdin: "in" })).stdout).toBe("/srv\nx y\nin");
  expect((await onVm("run", "--only-env", "-e", "B=2", "/usr/bin/env")).stdout).toContain("B=2\n");
  expect((await onVm("run", "-e", "=x", "/bin/true")).code).toBe(2);
  expect((await onVm("run", "/no/such/program")).stderr).toMatch(/\/no\/such\/program/);
});

test("output is shown while the program runs; Ctrl-C ends it in the guest", async () => {
  const ended = await world.run(inShell("echo begun; sleep 4321"), {
    onOutput: (stdout, signal) => {
      if (stdout === "begun\n") signal("SIGINT");
    },
  });
  expect([ended.code, ended.stdout]).toEqual([130, "begun\n"]);
  expect(ended.stderr).toMatch(/cancelled/);
  await until(async () => !(await processes()).includes("sleep"));
  expect(world.simulator.sessions).toBe(0);
});

test("whoever reads the output may leave: the program ends, and nothing is said", async () => {
  const ended = await world.shell("$command run --vm vm-1 -- /usr/bin/yes | head -1");
  expect(ended).toEqual({ code: 0, stdout: "y\n", stderr: "" });
  await until(async () => !(await processes()).includes("yes"));
});

test("a script's first line tells its interpreter", async () => {
  writeFileSync(join(world.directory, "bash.sh"), '#!/bin/bash\necho "${BASH_VERSION%%.*}"');
  expect((await onVm("script", "bash.sh")).stdout).toMatch(/^\d+\n$/);
  writeFileSync(join(world.directory, "env.sh"), "#!/usr/bin/env sh\necho by env");
  expect((await onVm("script", "env.sh")).stdout).toBe("by env\n");
  writeFileSync(join(world.directory, "strict.sh"), "#!/bin/sh -e\nfalse");
  const strict = await onVm("script", "strict.sh");
  expect([strict.code, strict.stderr]).toEqual([2, expect.stringContaining("--interpreter")]);
  expect((await onVm("script", "--interpreter", "/bin/sh", "strict.sh")).code).toBe(1);
});

test("a time limit ends the program too", async () => {
  const ended = await world.run(["run", "--timeout", "1", ...inShell("sleep 4321").slice(1)]);
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/after 1 s/)]);
  await until(async () => !(await processes()).includes("sleep"));
});

test("scripts come from a file, or a pipe", async () => {
  writeFileSync(join(world.directory, "it.sh"), 'echo "from $0" | sed "s/from.*/from a file/"; cat');
  expect((await world.run(["script", "-i", "it.sh", "--vm", "vm-1"], { stdin: "+" })).stdout).toBe("from a file\n+");
  expect((await world.run(["script", "-", "--vm", "vm-1"], { stdin: "echo piped" })).stdout).toBe("piped\n");
  const missing = await onVm("script", "none.sh");
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("none.sh, on this machine")]);
});

test("ps, kill and env", async () => {
  const running = world.run(inShell("sleep 1234"));
  await until(async () => (await processes()).includes("sleep"));
  const [pid = ""] = /^ *(\d+) +\S+ +sleep$/m.exec(await processes())?.slice(1) ?? [];
  expect((await onVm("kill", pid)).code).toBe(0);
  expect((await running).code).not.toBe(0);
  expect((await onVm("kill", "99999999")).stderr).toContain("there is no such process");
  expect((await onVm("kill", "x")).code).toBe(2);
  expect((await onVm("env", "HOME")).stdout).toBe("HOME=/root\n");
  expect((await onVm("env", "HOME", "NOT_SET")).code).toBe(1);
});

test("several machines: results of each, by name; a dead one hides none", async () => {
  for (const { name } of world.simulator.vms) writeFileSync(world.at("/srv/who", name), `${name}\n`);
  const all = await world.run(["run", "--vm", "vm-*", "--", "/bin/cat", "/srv/who"]);
  expect(all.stdout.split("\n").sort().join(" ").trim()).toBe("vm-1: vm-1 vm-2: vm-2 vm-3: vm-3");
  await world.simulator.vm("vm-2").powerOff();
  const some = await world.run([
    "run",
    "--parallel",
    "1",
    "--vm",
    "vm-1",
    "--vm",
    "vm-2",
    "--vm",
    "vm-3",
    "--",
    "/bin/echo",
    "x",
  ]);
  expect([some.code, some.stdout, some.stderr]).toEqual([
    1,
    "vm-1: x\nvm-3: x\n",
    expect.stringMatching(/^vm-2: .*powered off/),
  ]);
  const json = await world.run(["exists", "/etc", "--json", "--vm", "/DC0/vm/*"]);
  expect(JSON.parse(json.stdout)).toEqual([
    { vm: "vm-1", ok: true, result: { exists: true } },
    {
      vm: "vm-2",
      ok: false,
      error: { code: "VM_NOT_READY", message: expect.stringContaining("powered off") as string },
    },
    { vm: "vm-3", ok: true, result: { exists: true } },
  ]);
  const clash = await world.run(["download", "/etc/hostname", "name", "--vm", "vm-*"]);
  expect([clash.code, clash.stderr]).toEqual([1, expect.stringContaining("{vm}")]);
  await world.run(["download", "/etc/hostname", "{vm}.txt", "--vm", "vm-[13]"]);
  expect(["vm-1.txt", "vm-3.txt"].map((name) => existsSync(join(world.directory, name)))).toEqual([true, true]);
});

test("a short run takes three requests in the guest, and looks; no transfer", async () => {
  world.simulator.clearCalls();
  await onVm("run", "/bin/echo", "x");
  const methods = world.simulator.calls.map(({ method }) => method);
  const inGuest = methods.filter((method) => method.endsWith("InGuest") || method === "GET");
  const looks = inGuest.filter((method) => method === "ListFilesInGuest").length;
  expect(inGuest.filter((method) => method !== "ListFilesInGuest")).toEqual([
    "MakeDirectoryInGuest",
    "StartProgramInGuest",
    "DeleteDirectoryInGuest",
  ]);
  expect(looks).toBeLessThan(5);
});
