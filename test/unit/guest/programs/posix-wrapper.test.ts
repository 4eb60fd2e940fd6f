import { newRoomId } from "../../../../provider/guest/paths/temporary-places";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as fc from "fast-check";
import type { DirectoryEntry } from "../../../../provider/guest/calls/list-entries";
import type { ProgramSpec } from "../../../../provider/guest/guest";
import { PosixRunner } from "../../../../provider/guest/programs/posix/runner";
import { type RunReport, readReport } from "../../../../provider/guest/programs/rooms/report";
import type { RunPlace } from "../../../../provider/guest/programs/rooms/rooms";

const runner = new PosixRunner();
const rooms: string[] = [];

afterEach(() => rooms.splice(0).forEach((room) => rmSync(room, { recursive: true, force: true })));

const plain = {
  environmentMode: "merge",
  outputLimitBytes: 1 << 20,
  secret: { script: false, environment: false, stdin: false },
} as const;

interface Shells {
  /** What the guest has for a shell that runs the command line, and for /bin/sh. */
  readonly agentShell: string;
  readonly sh: string;
}

/** Starts the program as the agent does, `"path" arguments` through a shell, and reads what the wrapper published. */
async function run(
  spec: Partial<ProgramSpec> & Pick<ProgramSpec, "command">,
  { agentShell, sh }: Shells = { agentShell: "/bin/bash", sh: "/bin/sh" },
  place: RunPlace = newPlace(),
  runner = new PosixRunner(),
): Promise<{ report: RunReport; names: string[]; status: number | null }> {
  const plan = await runner.plan(place, { ...plain, ...spec }, async () => new Map(Object.entries(ownEnvironment())));
  for (const { name, bytes } of plan.files)
    writeFileSync(`${place.room.path}/${name}`, bytes as Buffer, { mode: 0o600 });
  const variables = plan.start.envVariables ?? [];
  const env =
    variables.length === 0
      ? ownEnvironment()
      : Object.fromEntries(
          variables.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
        );
  const { status } = spawnSync(agentShell, ["-c", `"${sh}" ${plan.start.arguments}`], {
    env,
    cwd: "/",
    stdio: "ignore",
  });
  const names = readdirSync(place.room.path);
  return { report: readReport(place.runId, names.map(entry)), names, status };
}

function newPlace(): RunPlace {
  const path = runner.roomPath(newRoomId());
  mkdirSync(path, { mode: 0o700 });
  rooms.push(path);
  return { room: { path } as RunPlace["room"], runId: "1" };
}

function entry(name: string): DirectoryEntry {
  return { name, info: { path: name, type: "file", size: 0, attributes: {} } };
}

function ownEnvironment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/" };
}

const script = (text: string): Pick<ProgramSpec, "command"> => ({ command: { script: text } });

describe.each([
  { agentShell: "/bin/bash", sh: "/bin/dash" },
  { agentShell: "/bin/bash", sh: "/bin/bash" },
  { agentShell: "/bin/dash", sh: "/bin/dash" },
])("with $sh started by $agentShell", (shells) => {
  test("exit code and both outputs are published", async () => {
    const { report } = await run(script("echo out; echo err >&2; exit 7"), shells);
    expect(report).toMatchObject({ begun: true, grouped: true });
    expect(report.end?.exitCode).toBe(7);
    expect(report.end?.stdout.bytes?.toString()).toBe("out\n");
    expect(report.end?.stderr.bytes?.toString()).toBe("err\n");
  });

  test.each([
    ["KILL", 137],
    ["SEGV", 139],
    ["INT", 130],
    ["TERM", 143],
  ])("a program that signal %s ends counts as %d and its outputs stay clean", async (signal, exitCode) => {
    const { report } = await run(script(`kill -${signal} $$`), shells);
    expect(report.end).toMatchObject({ exitCode, stdout: { sizeBytes: 0 }, stderr: { sizeBytes: 0 } });
  });

  test("the program is the leader of a process group of its own, with the umask of the agent", async () => {
    const { report } = await run(script("cut -d ' ' -f 5 /proc/$$/stat || ps -o pgid= -p $$; umask"), shells);
    const [group, umask] = (report.end?.stdout.bytes?.toString() ?? "").trim().split(/\s+/);
    expect(Number(group)).toBe(report.leaderPid);
    expect(umask).toBe(`0${process.umask().toString(8).padStart(3, "0")}`);
  });

  test("random bytes come back as they were, up to 4 KiB in names, above by size", async () => {
    for (const sizeBytes of [1, 149, 150, 151, 4095, 4096, 4097, 100_000]) {
      const bytes = Buffer.from(fc.sample(fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes }), 1)[0] ?? []);
      const { report } = await run({ command: { program: "/bin/cat", arguments: [] }, stdin: bytes }, shells);
      expect(report.end?.stdout.sizeBytes).toBe(sizeBytes);
      if (sizeBytes <= 4096) expect(report.end?.stdout.bytes?.equals(bytes)).toBe(true);
      else expect(report.end?.stdout.bytes).toBeUndefined();
    }
  });

  test.each([
    [{ command: { program: "/no/such/program", arguments: [] } }, "missing"],
    [{ command: { program: "no-such-program", arguments: [] } }, "missing"],
    [{ command: { program: "/etc/passwd", arguments: [] } }, "denied"],
    [{ command: { program: "/etc", arguments: [] } }, "denied"],
    [{ command: { program: "/bin/true", arguments: [] }, workingDirectory: "/no/such" }, "directory"],
  ])("what cannot be started is told apart: %j", async (spec, failure) => {
    const { report } = await run(spec, shells);
    expect(report.failure).toBe(failure);
  });

  test("environment: over the guest's own, or exactly what is given", async () => {
    const told = async (spec: Partial<ProgramSpec>) => {
      const { report } = await run({ command: { program: "/usr/bin/env", arguments: [] }, ...spec }, shells);
      const lines = (report.end?.stdout.bytes?.toString() ?? "").split("\n").filter((line) => line !== "");
      expect(lines.filter((line) => /^VSPHERE_GUEST_RUN=[0-9a-f]{32}\/1\.$/.test(line))).toHaveLength(1);
      // Shells add the others themselves (docs/reference/guest-operations.md#environment).
      return lines.filter((line) => !/^(PWD|OLDPWD|SHLVL|_|VSPHERE_GUEST_RUN)=/.test(line)).sort();
    };
    const environment = { GREETING: "it's $HOME", OTHER: "x" };
    const asGiven = ["GREETING=it's $HOME", "OTHER=x"];
    const own = Object.entries(ownEnvironment()).map(([name, value]) => `${name}=${value}`);
    for (const secret of [plain.secret, { ...plain.secret, environment: true }]) {
      expect(await told({ environment, secret })).toEqual([...own, ...asGiven].sort());
      expect(await told({ environment, secret, environmentMode: "replace" })).toEqual(asGiven);
      expect(await told({ environment: { PATH: "/bin" }, secret, environmentMode: "replace" })).toEqual(["PATH=/bin"]);
    }
    expect(await told({ environmentMode: "replace" })).toEqual([]);
  });
});

test("nothing that is secret stands in the command line, and its file is gone at the end", async () => {
  const secret = { script: true, environment: true, stdin: true };
  const spec = { ...script("cat; echo $TOKEN hunter1"), environment: { TOKEN: "hunter2" }, stdin: "hunter3", secret };
  const plan = await runner.plan(newPlace(), { ...plain, ...spec }, async () => undefined);
  expect(JSON.stringify(plan.start)).not.toMatch(/hunter/);
  const { report, names } = await run(spec);
  expect(report.end?.stdout.bytes?.toString()).toBe("hunter3hunter2 hunter1\n");
  expect(names.filter((name) => /script|stdin|setup/.test(name))).toEqual([]);
});

test("secret arguments, long ones, and ones that XML cannot carry travel as a file", async () => {
  const cases = [
    { words: ["hunter2"], secret: { ...plain.secret, script: true } },
    { words: ["x".repeat(70_000)], secret: plain.secret },
    { words: ["\u0001\u001f\ufffe"], secret: plain.secret },
  ];
  for (const { words, secret } of cases) {
    const command = { program: "/usr/bin/printf", arguments: ["%s", ...words] };
    const plan = await runner.plan(newPlace(), { ...plain, command, secret }, async () => undefined);
    expect(plan.start.arguments).not.toContain(words[0]);
    expect(Buffer.byteLength(plan.start.arguments)).toBeLessThan(60_000);
    const { report } = await run({ command, secret });
    expect(report.end?.stdout.sizeBytes).toBe(Buffer.byteLength(words.join("")));
  }
});

test("a start that is repeated runs nothing twice", async () => {
  const place = newPlace();
  const first = await run(script("echo once >>$0.count; cat $0.count"), undefined, place);
  const second = await run(script("echo twice"), undefined, place);
  expect(second.status).toBe(112);
  expect(second.report.end?.stdout.bytes?.toString()).toBe(first.report.end?.stdout.bytes?.toString());
  expect(first.report.end?.stdout.bytes?.toString()).toBe("once\n");
});

describe("a run with a key", () => {
  const deploys = { first: new PosixRunner("f1"), second: new PosixRunner("5e") };
  const keyed = { ...script("echo $$"), runKey: "the same" };
  const inDeploy = (deploy: keyof typeof deploys, spec: Parameters<typeof run>[0] = keyed, place = newPlace()) =>
    run(spec, undefined, place, deploys[deploy]);
  const nameOf = ({ room }: RunPlace) => room.path.slice(room.path.lastIndexOf("-") + 1);

  test("is found by a later deploy that has not its result, once", async () => {
    const place = newPlace();
    await inDeploy("first", keyed, place);
    const found = await inDeploy("second");
    expect(found.report).toMatchObject({ begun: true, earlier: { roomName: nameOf(place), runId: "1" } });
    expect(found.report.leaderPid).toBeUndefined();
    expect((await inDeploy("second")).report.end?.exitCode).toBe(0);
  });

  test("is not found by the deploy that started it, under another key, or without one", async () => {
    await inDeploy("first");
    expect((await inDeploy("first")).report.earlier).toBeUndefined();
    expect((await inDeploy("second", { ...keyed, runKey: "another" })).report.earlier).toBeUndefined();
    expect((await inDeploy("second", script("echo $$"))).report.earlier).toBeUndefined();
  });

  test("is found while it goes on, and not when it was killed with its wrapper", async () => {
    const place = newPlace();
    const plan = await deploys.first.plan(
      place,
      { ...plain, ...script("sleep 4720"), runKey: "long" },
      async () => new Map(),
    );
    const child = spawn("/bin/sh", ["-c", `exec /bin/sh ${plan.start.arguments}`], { stdio: "ignore" });
    const leader = await leaderOf(place);
    expect((await inDeploy("second", { ...keyed, runKey: "long" })).report.earlier?.roomName).toBe(nameOf(place));
    child.kill("SIGKILL");
    await once(child, "exit");
    process.kill(-leader);
    expect((await inDeploy("first", { ...keyed, runKey: "long" })).report.end?.exitCode).toBe(0);
    expect(readdirSync(place.room.path).filter((name) => name.includes(".key."))).toEqual([]);
  });

  test("is not found when its result is older than a day", async () => {
    const place = newPlace();
    const { names } = await inDeploy("first", keyed, place);
    const yesterdaySeconds = Date.now() / 1000 - 25 * 3600;
    for (const name of names) utimesSync(`${place.room.path}/${name}`, yesterdaySeconds, yesterdaySeconds);
    expect((await inDeploy("second")).report.earlier).toBeUndefined();
  });

  async function leaderOf(place: RunPlace): Promise<number> {
    for (;;) {
      const { leaderPid } = readReport("1", readdirSync(place.room.path).map(entry));
      if (leaderPid !== undefined) return leaderPid;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
});

describe("in a guest that lacks tools", () => {
  const tools = ["sh", "ls", "id", "wc", "tr", "find", "rm", "mv", "grep", "cat", "sleep", "setsid", "base64"];
  const known = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  async function runWithout(missing: readonly string[], text: string) {
    const bin = mkdtempSync("/tmp/few-tools-");
    try {
      for (const tool of tools) if (!missing.includes(tool)) symlinkSync(`/bin/${tool}`, `${bin}/${tool}`);
      const place = newPlace();
      const plan = await runner.plan(place, { ...plain, ...script(text) }, async () => new Map());
      const args = plan.start.arguments.replace(known, bin);
      expect(args).not.toContain(known);
      spawnSync("/bin/bash", ["-c", `"/bin/sh" ${args}`], { env: { PATH: bin }, cwd: "/", stdio: "ignore" });
      const names = readdirSync(place.room.path);
      return { report: readReport("1", names.map(entry)), room: place.room.path };
    } finally {
      rmSync(bin, { recursive: true });
    }
  }

  test("without setsid the run tells that it has no group of its own", async () => {
    const { report } = await runWithout(["setsid"], "echo out; exit 3");
    expect(report).toMatchObject({ grouped: false, end: { exitCode: 3 } });
    expect(report.end?.stdout.bytes?.toString()).toBe("out\n");
    expect(report.leaderPid).toBeGreaterThan(0);
  });

  test.each(["base64", "tr"])("without %s outputs stay files, whose size is told", async (missing) => {
    const { report, room } = await runWithout([missing], "echo out; echo err >&2");
    expect(report).toMatchObject({ grouped: true, end: { exitCode: 0 } });
    expect(report.end?.stdout).toEqual({ sizeBytes: 4 });
    expect(readFileSync(`${room}/1.err`, "utf8")).toBe("err\n");
  });
});

test("a room that is gone is told by the wrapper's exit code", async () => {
  const place: RunPlace = { room: { path: "/proc/no-room" } as RunPlace["room"], runId: "1" };
  const plan = await runner.plan(place, { ...plain, ...script("true") }, async () => undefined);
  const { status } = spawnSync("/bin/bash", ["-c", `"/bin/sh" ${plan.start.arguments}`]);
  expect(status).toBe(111);
  expect(runner.explainWrapperExit(111)).toMatch(/is gone or not private/);
});

test("the first run of a room sweeps rooms that nobody has touched for a week", async () => {
  const stale = newPlace().room.path;
  const recent = newPlace().room.path;
  for (const room of [stale, recent]) {
    writeFileSync(`${room}/1.out`, "left behind");
  }
  const weekAgoSeconds = Date.now() / 1000 - 9 * 24 * 3600;
  utimesSync(stale, weekAgoSeconds, weekAgoSeconds);
  await run(script("true"));
  const left = readdirSync("/tmp").map((name) => `/tmp/${name}`);
  expect(left).not.toContain(stale);
  expect(left).toContain(recent);
});

test.each([
  ["/usr/bin/env bash", "#!/usr/bin/env bash\necho ${BASH_VERSION:+bash}", "bash\n"],
  ["an interpreter with an argument", "#! /bin/sh -e\nfalse\necho not reached", ""],
  ["no #! line", "echo sh", "sh\n"],
])("a script names its interpreter: %s", async (_title, text, output) => {
  const { report } = await run(script(text));
  expect(report.end?.stdout.bytes?.toString()).toBe(output);
});

test("a listing that shows the end without all the pieces is not taken for the end", async () => {
  const place = newPlace();
  const { names } = await run(
    { command: { program: "/bin/cat", arguments: [] }, stdin: "x".repeat(2_000) },
    undefined,
    place,
  );
  const pieces = names.filter((name) => /^1\.out\.\d+\./.test(name));
  expect(pieces.length).toBeGreaterThan(5);
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: 0 }), (shown) => {
      const { end } = readReport("1", shown.map(entry));
      const isWhole = shown.some((name) => name.startsWith("1.rc.")) && pieces.every((piece) => shown.includes(piece));
      expect(end !== undefined).toBe(isWhole);
    }),
  );
});
