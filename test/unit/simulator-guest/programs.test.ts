import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findIsolation } from "../../../simulator/guest";
import { download, ended, isRoot, openBench, vixOf, type Bench } from "./guest-bench";
import { until } from "../../until";

const { kind } = findIsolation("auto");
if (kind === "pathMapping")
  process.stderr.write("SKIPPED: programs in namespaces, which this machine does not allow\n");
const inNamespaces = kind === "pathMapping" ? describe.skip : describe;

let bench: Bench;
afterEach(() => bench.close());

inNamespaces("programs in namespaces", () => {
  beforeEach(async () => {
    bench = await openBench({ sandbox: "auto" });
  });
  const out = (path = "/tmp/out") => download(bench.agent, bench.as("root"), path);

  test("runs a shell line, with the agent's environment or exactly the one given", async () => {
    const run = await bench.run("root", "/bin/echo", "$HOME '$HOME' > /tmp/out; exit 3");
    expect(run).toMatchObject({ name: "echo", owner: "root", exitCode: 3 });
    expect(run.cmdLine).toBe(`"/bin/echo" $HOME '$HOME' > /tmp/out; exit 3`);
    expect(await out()).toBe("/root $HOME\n");
    await bench.run("root", "/usr/bin/env", "> /tmp/out", { env: ["A=b=c", "A=last", "=x"], cwd: "/srv" });
    const variables = (await out()).split("\n").filter((line) => !/^(_|SHLVL)=/.test(line) && line !== "");
    expect(variables.sort()).toEqual(["A=last", "PWD=/srv"]);
  });

  test("an end shows at the next whole second and is forgotten after five minutes, by the guest's clock", async () => {
    const auth = bench.as("root");
    const pid = await bench.agent.startProgramInGuest(auth, {
      programPath: "/bin/sh",
      arguments: "-c 'exit 7'",
      envVariables: [],
    });
    const [running] = await bench.agent.listProcessesInGuest(auth, [pid]);
    expect(running?.endTime).toBeUndefined();
    expect((await ended(bench.agent, auth, pid)).exitCode).toBe(7);
    bench.step(295_000);
    expect(await bench.agent.listProcessesInGuest(auth, [pid])).toHaveLength(1);
    bench.step(8_000);
    expect(await bench.agent.listProcessesInGuest(auth, [pid])).toEqual([]);
  });

  test("a signal is exit code 0, but 128+n where the shell stayed", async () => {
    expect((await bench.run("root", "/bin/sh", "-c 'kill -9 $$'")).exitCode).toBe(0);
    expect((await bench.run("root", "/bin/sh", "-c 'kill -9 $$' > /tmp/x")).exitCode).toBe(137);
  });

  test("sees its own root only: no files, no processes of the machine", async () => {
    await bench.run(
      "root",
      "/bin/sh",
      `-c 'ls ${bench.root} /work /root/.npm; ls /proc | grep -c "^[0-9]"; touch /usr/x /bin/x; echo $$' > /tmp/out 2>&1`,
    );
    const text = await out();
    expect(text).toMatch(/cannot access '.*root'/);
    expect(text.match(/Read-only file system/g)).toHaveLength(2);
    expect(Number(/^(\d+)$/m.exec(text)?.[1])).toBeLessThan(8);
  });

  test("files that programs make are where the agent looks, in /proc and /dev/shm too", async () => {
    await bench.run("root", "/bin/sh", "-c 'echo a > /dev/shm/f; echo b > /usr/local/bin/f'");
    expect([await out("/dev/shm/f"), await out("/usr/local/bin/f")]).toEqual(["a\n", "b\n"]);
    const { files } = await bench.agent.listFilesInGuest(bench.as("root"), "/proc/self/status", 0, 1);
    expect(files).toHaveLength(1);
  });

  test("a negative pid ends the whole process group", async () => {
    const auth = bench.as("root");
    const script = "setsid sh -c 'echo $$ > /tmp/group; sleep 60 & sleep 60 & wait'";
    await bench.agent.startProgramInGuest(auth, {
      programPath: "/bin/sh",
      arguments: `-c "${script.replaceAll("$", "\\$")}"`,
      envVariables: [],
    });
    let group = 0;
    while (group === 0) group = Number(await out("/tmp/group").catch(() => ""));
    await bench.agent.terminateProcessInGuest(auth, -group);
    const left = await bench.agent.listProcessesInGuest(auth, []);
    expect(left.filter(({ cmdLine }) => cmdLine === "sleep 60")).toEqual([]);
  });

  test("what TerminateProcess refuses", async () => {
    const end = (pid: number) => vixOf(bench.agent.terminateProcessInGuest(bench.as("root"), pid));
    expect([await end(0), await end(-1), await end(3), await end(4_000_000)]).toEqual([3015, 3015, 3015, 20003]);
    const { pid } = await bench.run("root", "/bin/true", "");
    expect(await end(pid)).toBe(20003);
  });

  test("checks of the program, before and after the login", async () => {
    const start = (user: string, programPath: string, env: string[] = [], cwd = "/") =>
      vixOf(
        bench.agent.startProgramInGuest(bench.as(user), {
          programPath,
          arguments: "",
          envVariables: env,
          workingDirectory: cwd,
        }),
      );
    expect(await start("eve", "")).toBe(3);
    expect(await start("eve", "/bin/true", ["A"])).toBe(3);
    expect(await start("eve", "/nope")).toBe(3050);
    expect(await start("root", "/nope", [], "/nope")).toBe(4);
    expect(await start("root", "/etc/passwd")).toBe(3015);
    expect(await start("root", "/bin/true", [], "/nope")).toBe(20002);
    expect(await start("root", '"/bin/true" -x')).toBe(0);
  });

  test("shutdown ends every process, and the guest can start again", async () => {
    const auth = bench.as("root");
    await bench.agent.startProgramInGuest(auth, { programPath: "/bin/sleep", arguments: "61", envVariables: [] });
    expect(processesOf(bench.root)).not.toEqual([]);
    await bench.agent.shutdown();
    expect(processesOf(bench.root)).toEqual([]);
    expect((await bench.run("root", "/bin/true", "")).exitCode).toBe(0);
  });

  test("a guest whose init was killed starts afresh", async () => {
    await bench.run("root", "/bin/true", "");
    const [pid] = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isInitOf(name, bench.root));
    process.kill(Number(pid), "SIGKILL");
    await until(() => processesOf(bench.root).length === 0);
    await until(async () => (await vixOf(bench.agent.listFilesInGuest(bench.as("root"), "/bin/true", 0, 1))) === 0);
    // A start may still meet the end of the old init; what counts is that starts work again.
    await until(async () => (await vixOf(bench.run("root", "/bin/true", ""))) === 0);
    expect((await bench.run("root", "/bin/true", "")).exitCode).toBe(0);
  });

  test("nothing survives when the simulator is killed", async () => {
    const module = join(__dirname, "../../../dist/simulator/guest/index.js");
    if (!existsSync(module)) throw new Error("npm run build first: this test starts compiled code");
    const root = join(bench.root, "..", "killed");
    const script = `require(${JSON.stringify(module)}).createGuestAgent({ os: "linux", root: ${JSON.stringify(root)}, sandbox: "auto",
      toolsVersion: "12.2.0", users: [{ name: "root", password: "p", uid: 0, gid: 0, home: "/root", shell: "/bin/bash" }] })
      .then((agent) => agent.startProgramInGuest({ type: "NamePasswordAuthentication", interactiveSession: false, username: "root",
        password: "p" }, { programPath: "/usr/bin/setsid", arguments: "sleep 62", envVariables: [] }))
      .then(() => { console.log("started"); setInterval(() => {}, 1000); });`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(processesOf(root)).not.toEqual([]);
    child.kill("SIGKILL");
    await until(() => processesOf(root).length === 0);
  });

  (isRoot ? test : test.skip)(
    "programs have their user's ids and groups, and may not end others' processes",
    async () => {
      await bench.run("root", "/usr/sbin/usermod", "-aG games ann");
      await bench.run("ann", "/usr/bin/id", "-Gn > /tmp/out");
      expect(await out()).toBe("ann games\n");
      const pid = await bench.agent.startProgramInGuest(bench.as("root"), {
        programPath: "/bin/sleep",
        arguments: "60",
        envVariables: [],
      });
      expect(await vixOf(bench.agent.terminateProcessInGuest(bench.as("ann"), pid))).toBe(3015);
      expect(await vixOf(bench.agent.terminateProcessInGuest(bench.as("root"), pid))).toBe(0);
    },
  );
});

describe("programs without namespaces", () => {
  beforeEach(async () => {
    bench = await openBench();
  });

  test("guest paths lie below the guest's root, and shutdown ends the processes", async () => {
    const run = await bench.run("root", "/bin/sh", "-c 'echo $HOME > /tmp/out; sleep 63 & exit 4'");
    expect(run.exitCode).toBe(4);
    expect(readFileSync(join(bench.root, "tmp/out"), "utf8").trim()).toBe(join(bench.root, "root"));
    await bench.run("root", "/bin/sh", "-c 'echo x > '/new-at-top''");
    expect(existsSync(join(bench.root, "new-at-top"))).toBe(true);
    await bench.agent.shutdown();
    expect(commandLines().filter((line) => line.startsWith("sleep\x0063"))).toEqual([]);
  });
});

/** Pids of processes that belong to the namespaces of a guest, found by its init. */
function processesOf(root: string): string[] {
  return commandLines().filter((line) => line.startsWith("unshare\0") && line.includes(`\0${root}\0`));
}

function isInitOf(pid: string, root: string): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
    return line.startsWith("unshare\0") && line.includes(`\0${root}\0`);
  } catch {
    return false;
  }
}

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1");
      } catch {
        return "";
      }
    });
}
