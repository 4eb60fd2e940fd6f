import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import type { ProgramSpec } from "../../../../provider/guest/guest";
import { type SimulatedGuest, openSimulatedGuest, operation, told } from "../simulated-guest";
import { until } from "../../../until";

let at: SimulatedGuest;

beforeAll(async () => {
  at = await openSimulatedGuest();
  // The certificate of the ESXi host is read once, with the first transfer.
  await run({ command: { script: "head -c 5000 /dev/zero" } });
});
afterAll(() => at.close());

/** Whatever happened, no run leaves its directory behind. */
afterEach(() => {
  at.simulator.clearDisturbances();
  expect(readdirSync(`${at.vm.root}/tmp`).filter((name) => name.startsWith(".vsphere-guest"))).toEqual([]);
});

const plain = {
  environmentMode: "merge",
  outputLimitBytes: 1 << 20,
  secret: { script: false, environment: false, stdin: false },
} as const;

function run(spec: Partial<ProgramSpec> & Pick<ProgramSpec, "command">, op = operation()) {
  return at.guest.programs.run({ ...plain, ...spec }, op);
}

/** What a run was asked and what came of it, in words. */
async function outcome(spec: Parameters<typeof run>[0], op = operation()) {
  const { exitCode, stdout, stderr } = await run(spec, op);
  return { exitCode, stdout: stdout.bytes.toString(), stderr: stderr.bytes.toString() };
}

const withoutLooks = (requests: string[]) => requests.filter((method) => method !== "ListFilesInGuest");

/** True while a process with this text in its command line runs, in whatever namespace. */
function isRunning(text: string): boolean {
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(text);
    } catch {
      return false;
    }
  });
}

test("a program: exit code and outputs in 3 requests and looks", async () => {
  const command = { program: "/bin/echo", arguments: ['hi "there" $HOME', "it's\n", "ünï"] };
  const { result, requests } = await at.requestsOf(() => run({ command }));
  expect(result.exitCode).toBe(0);
  expect(result.stdout.bytes.toString()).toBe('hi "there" $HOME it\'s\n ünï\n');
  expect(withoutLooks(requests)).toEqual(["MakeDirectoryInGuest", "StartProgramInGuest", "DeleteDirectoryInGuest"]);
  expect(result.endedAt.getTime()).toBeGreaterThanOrEqual(result.startedAt.getTime());
});

test("a run that a later deploy could find costs no request more, together with others one", async () => {
  const command = { program: "/bin/echo", arguments: ["x"] };
  const alone = await at.requestsOf(() => run({ command, runKey: "a" }));
  expect(withoutLooks(alone.requests)).toEqual([
    "MakeDirectoryInGuest",
    "StartProgramInGuest",
    "DeleteDirectoryInGuest",
  ]);
  const specs = ["a", "a", "b"].map((runKey) => ({ command, runKey }));
  const { result, requests } = await at.requestsOf(() => Promise.all(specs.map((spec) => outcome(spec))));
  expect(result.map(({ stdout }) => stdout)).toEqual(["x\n", "x\n", "x\n"]);
  const count = (method: string) => requests.filter((each) => each === method).length;
  expect(count("StartProgramInGuest")).toBe(3);
  expect(count("DeleteFileInGuest") + count("DeleteDirectoryInGuest")).toBeLessThanOrEqual(3);
});

test("larger outputs cost two requests for each stream, and are cut at the limit", async () => {
  const script = "head -c 100000 /dev/zero | tr '\\0' x; echo small >&2";
  const { result, requests } = await at.requestsOf(() => run({ command: { script }, outputLimitBytes: 30_000 }));
  expect(result.stdout).toEqual({ bytes: Buffer.alloc(30_000, "x"), totalBytes: 100_000 });
  expect(result.stderr.bytes.toString()).toBe("small\n");
  const transfer = ["GET", "InitiateFileTransferFromGuest"];
  expect(withoutLooks(requests).sort()).toEqual([
    "DeleteDirectoryInGuest",
    ...transfer,
    "MakeDirectoryInGuest",
    "StartProgramInGuest",
  ]);
});

test("scripts, standard input, environment and directory", async () => {
  const script = 'read line; echo "$line $GREETING $(pwd)"; exit 7';
  const given = { stdin: "from stdin\n", environment: { GREETING: "$HOME 'x'" }, workingDirectory: "/etc" };
  const expected = { exitCode: 7, stdout: "from stdin $HOME 'x' /etc\n", stderr: "" };
  expect(await outcome({ command: { script }, ...given })).toEqual(expected);
  const secret = { script: true, environment: true, stdin: true };
  expect(await outcome({ command: { script }, ...given, secret })).toEqual(expected);
});

test("runs that overlap in time are looked at together and tidied up once", async () => {
  const { result, requests } = await at.requestsOf(() =>
    Promise.all(Array.from({ length: 12 }, (_, index) => outcome({ command: { script: `sleep 0.5; echo ${index}` } }))),
  );
  expect(result.map(({ stdout }) => stdout.trim())).toEqual(result.map((_, index) => String(index)));
  expect(withoutLooks(requests).filter((method) => method !== "StartProgramInGuest")).toEqual([
    "MakeDirectoryInGuest",
    "DeleteDirectoryInGuest",
  ]);
  expect(requests.length - 14).toBeLessThan(30);
});

test("a run that lasts too long is ended with all its processes", async () => {
  const script = "sleep 4711.1 & sh -c 'trap \"\" TERM; sleep 4711.2; :' & echo started; wait";
  const long = run({ command: { script }, timeoutSeconds: 1 });
  await expect(long).rejects.toMatchObject({
    code: "TIMED_OUT",
    message: told(/timed out after 1 s; the process tree was/),
  });
  expect(isRunning("4711.1")).toBe(false);
});

test("a run that is cancelled is ended with all its processes", async () => {
  const cancel = new AbortController();
  const long = run({ command: { script: "sleep 4712 & wait" } }, operation(30, cancel.signal));
  await until(() => isRunning("4712"));
  cancel.abort();
  await expect(long).rejects.toMatchObject({ code: "CANCELLED" });
  expect(isRunning("4712")).toBe(false);
});

test("a run that is cancelled while it is being started is ended all the same", async () => {
  const cancel = new AbortController();
  at.simulator.delay({ method: "StartProgramInGuest", milliseconds: 300 });
  const long = run({ command: { script: "sleep 4713" } }, operation(30, cancel.signal));
  // Well within the delay: the request is under way.
  setTimeout(() => cancel.abort(), 50);
  await expect(long).rejects.toMatchObject({ code: "CANCELLED" });
  expect(isRunning("4713")).toBe(false);
});

test("one run's end does not end the others", async () => {
  const cancel = new AbortController();
  const cancelled = run({ command: { script: "sleep 4714" } }, operation(30, cancel.signal));
  const other = outcome({ command: { script: "sleep 1; echo done" } });
  await until(() => isRunning("4714"));
  cancel.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await other).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
});

test.each([
  [{ command: { program: "/no/such", arguments: [] } }, "PATH_NOT_FOUND", /\/no\/such: was not started/],
  [{ command: { program: "no-such", arguments: [] } }, "PATH_NOT_FOUND", /no-such: was not started/],
  [{ command: { script: "x", interpreter: "/no/sh" } }, "PATH_NOT_FOUND", /\/no\/sh: was not started/],
  [{ command: { program: "/etc/passwd", arguments: [] } }, "GUEST_PERMISSION_DENIED", /may execute/],
  [{ command: { program: "/bin/true", arguments: [] }, workingDirectory: "/nope" }, "NOT_A_DIRECTORY", /\/nope/],
  [{ command: { program: "/bin/true", arguments: [] }, workingDirectory: "nope" }, "INVALID_INPUT", /absolute/],
  [{ command: { program: "/bin/true", arguments: [] }, environment: { "A-B": "" } }, "INVALID_INPUT", /"A-B"/],
  [{ command: { program: "/bin/true", arguments: ["\0"] } }, "INVALID_INPUT", /NUL/],
])("what cannot be run is told: %j", async (spec, code, message) => {
  await expect(run(spec)).rejects.toMatchObject({ code, message: told(message) });
});

test.each(["before", "after"] as const)("a start whose connection breaks %s it took effect runs once", async (when) => {
  const file = `/srv/started-${when}`;
  at.simulator.resetConnection({ method: "StartProgramInGuest", when });
  expect(await outcome({ command: { script: `echo x >>${file}; cat ${file}` } })).toMatchObject({ stdout: "x\n" });
});

const requestsOfARun = [
  "MakeDirectoryInGuest",
  "InitiateFileTransferToGuest",
  "PUT",
  "StartProgramInGuest",
  "ListFilesInGuest",
  "InitiateFileTransferFromGuest",
  "GET",
  "DeleteDirectoryInGuest",
];
const breaks = requestsOfARun.flatMap((method) => [
  { method, trouble: "connection reset before", cause: () => at.simulator.resetConnection({ method }) },
  { method, trouble: "connection reset after", cause: () => at.simulator.resetConnection({ method, when: "after" }) },
  { method, trouble: "HTTP 503", cause: () => at.simulator.httpError({ method, status: 503 }) },
  { method, trouble: "busy VM", cause: () => at.simulator.injectFault({ method, fault: "TaskInProgress" }) },
]);
test.each(breaks)("$trouble at $method goes unnoticed, and the program runs once", async ({ cause }) => {
  writeFileSync(`${at.vm.root}/srv/disturbed`, "");
  cause();
  const script = "echo x >>/srv/disturbed; head -c 5000 /dev/zero | tr '\\0' x";
  const { stdout } = await run({ command: { script }, secret: { ...plain.secret, script: true } });
  expect(stdout.bytes).toHaveLength(5_000);
  expect(readFileSync(`${at.vm.root}/srv/disturbed`, "utf8")).toBe("x\n");
});

test("a look that fails for a moment does not fail the run", async () => {
  at.simulator.resetConnection({ method: "ListFilesInGuest" });
  expect(await outcome({ command: { script: "sleep 0.2; echo there" } })).toMatchObject({ stdout: "there\n" });
});

test("a restart of Tools does not harm a run", async () => {
  const running = outcome({ command: { script: "sleep 4.1; echo survived" } });
  await until(() => isRunning("sleep\u00004.1"));
  await at.vm.restartTools();
  expect(await running).toEqual({ exitCode: 0, stdout: "survived\n", stderr: "" });
});

test("a reboot during a run is told", async () => {
  const running = run({ command: { script: "sleep 4715" } });
  await until(() => isRunning("4715"));
  await at.vm.reset();
  await expect(running).rejects.toMatchObject({ code: "PROGRAM_FAILED", message: told(/ended without a result/) });
});

test("a guest in which no run can publish anything says so", async () => {
  const bob = { name: "bob", password: "b", uid: 1002, gid: 1002, home: "/home/bob" };
  const other = await openSimulatedGuest({ guestUsers: [bob] });
  try {
    const guest = await other.as({ username: "bob", password: "b" });
    chmodSync(`${other.vm.root}/tmp`, 0o755);
    const running = guest.programs.run({ ...plain, command: { script: "true" } }, operation());
    await expect(running).rejects.toMatchObject({
      code: "GUEST_PERMISSION_DENIED",
      message: told(/\/tmp\/.*"bob" is not allowed to.*Programs .* need a private directory/),
    });
  } finally {
    await other.close();
  }
});

test("accounts asked for at one time need one run, known ones and numbers none", async () => {
  const { accounts } = at.guest;
  const ask = () =>
    Promise.all([
      accounts.ownerId("root", operation()),
      accounts.groupId("root", operation()),
      accounts.ownerId("77", operation()),
    ]);
  const first = await at.requestsOf(ask);
  expect(first.result).toEqual([0, 0, 77]);
  expect(withoutLooks(first.requests)).toEqual([
    "MakeDirectoryInGuest",
    "StartProgramInGuest",
    "DeleteDirectoryInGuest",
  ]);
  expect((await at.requestsOf(ask)).requests).toEqual([]);
  const unknown = accounts.ownerId("no such; user", operation());
  await expect(unknown).rejects.toMatchObject({ code: "INVALID_INPUT", message: told(/no user "no such; user"/) });
});

test("environment: those asked for, or all", async () => {
  const some = await at.guest.environment(["HOME", "NOT_SET"], operation());
  expect([...some]).toEqual([["HOME", "/root"]]);
  expect((await at.guest.environment([], operation())).get("SHELL")).toBe("/bin/bash");
  await expect(at.guest.environment(["A=B"], operation())).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("a program may change files: looks made before it are forgotten", async () => {
  mkdirSync(`${at.vm.root}/srv/looked-at`, { recursive: true });
  writeFileSync(`${at.vm.root}/srv/looked-at/file`, "");
  const stat = () => at.guest.files.stat("/srv/looked-at/file", operation(), { maxAgeMs: 60_000 });
  expect(await stat()).toMatchObject({ sizeBytes: 0 });
  await run({ command: { script: "echo 12345 >/srv/looked-at/file" } });
  expect(await stat()).toMatchObject({ sizeBytes: 6 });
});

test("nothing is left running at the end", () => {
  const processes = execFileSync("sh", [
    "-c",
    "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || true",
  ]).toString();
  expect(processes).not.toMatch(/sleep 471/);
});
