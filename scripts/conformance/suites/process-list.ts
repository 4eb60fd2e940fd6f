import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import type { ListedProcess, ReplayGuest } from "../replay-guest";
import { compare, compareFault, leftOut, reproduced, verdictOf, type Verdict } from "../verdict";
import { startBackground, startZombie, type BackgroundProcess } from "./background-process";
import { startProgram } from "./programs";

const python = { exe: "/usr/bin/python3", argv: ["/usr/bin/python3", "-c", "import time;time.sleep(9)"] };
const sleep = { exe: "/bin/sleep", argv: ["/bin/sleep", "42"] };

/** Processes that records look at; the corpus tells them in prose. */
const background: Readonly<Record<string, BackgroundProcess & { readonly user?: string }>> = {
  "other-users-process": { ...sleep, argv: ["/bin/sleep", "41"], user: "vgother" },
  ordinary: sleep,
  "ordinary-relative-argv0": { ...sleep, argv: ["sleep", "42"] },
  "argv-with-spaces": { ...python, argv: [...python.argv, "a b", "", "c "] },
  "argv-special": { ...python, argv: [...python.argv, `<a>&'"%41`] },
  "argv-newline": { ...python, argv: [...python.argv, "x\ny"] },
  "argv-non-utf8": { ...python, argv: [...python.argv, "caf\xe9"], latin1: true },
  "argv-non-utf8-full-list": { ...python, argv: [...python.argv, "caf\xe9"], latin1: true },
  "argv0-title": { ...sleep, argv: ["nginx: worker process /x/y", "42"] },
  "argv0-login-shell": { exe: "/bin/bash", argv: ["-bash", "-c", "sleep 9; true"] },
  "argv0-empty": { exe: "/usr/bin/perl", argv: ["perl", "-e", "exec {'/bin/sleep'} '', '42'"] },
  "uid-without-account": { ...sleep, uid: 54321 },
};

/** Programs started through the agent, by record. */
const started: Readonly<Record<string, readonly [path: string, args: string]>> = {
  "started-running": ["/bin/sleep", "'9'   # <c> & 'x  y'"],
  "started-seen-in-full-list": ["/bin/sleep", "'9'   # <c> & 'x  y'"],
  "started-by-vgtest-seen-by-vgother": ["/bin/sleep", "'9'   # <c> & 'x  y'"],
  "started-after-sigterm": ["/bin/sleep", "'9'   # <c> & 'x  y'"],
  "started-exited-seen-by-root": ["/bin/sleep", "'9'   # <c> & 'x  y'"],
  "exited-before-timer": ["/bin/sh", "-c 'exit 9'"],
  "exited-after-timer": ["/bin/sh", "-c 'exit 9'"],
  "exec-name": ["/bin/sleep", "9"],
  "no-arguments": ["/bin/echo", ""],
  "empty-arguments": ["/bin/echo", ""],
};

const shown = z.looseObject({
  name: z.string(),
  cmdLine: z.string(),
  owner: z.string(),
  exitCode: z.number(),
  endTime: z.union([z.number(), z.literal("<now>")]),
});

/** Replays ListProcesses. Of a full list the entry in question is compared, since every machine runs other things. */
export async function replayProcessList(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const name = record.id.slice(record.id.indexOf("/") + 1);
  if (name.startsWith("many-")) return leftOut("paging of the inner channel: the host does it");
  if (name === "long-cmdline") return replayLongCommandLine(guest);
  if (name === "started-come-first") return replayOrder(guest);
  if (name === "kept-after-exit") return replayRetention(guest);
  await guest.prepare(record);
  const pid = await processOf(guest, name);
  const requested = z.array(z.unknown()).catch([]).parse(record.request?.["pids"]);
  if (name === "argv0-empty")
    await guest.shell("root", `until [ $(cat /proc/${pid}/comm) = sleep ]; do sleep 0.01; done`);
  const pids = requested.map((wanted) => (wanted === "<pid>" ? (pid ?? 0) : pidOf(wanted)));
  const user = guest.userOf(record);
  const answer = await guest.call(
    "process",
    "ListProcessesInGuest",
    user,
    pids.map((one) => ["pids", one]),
  );
  const complaints = compareFault(record.result.vix, answer);
  if (answer.fault === undefined && complaints.length === 0) {
    const recorded = z.array(shown).catch([]).parse(record.result["processes"]);
    complaints.push(...compareList(recorded, await guest.listProcesses(user, pids), pids.length > 0));
  }
  if (pid !== undefined) await guest.shell("root", `kill -9 ${pid}; pkill -9 -x sleep; pkill -9 python3`);
  return verdictOf(complaints);
}

/** xsd:long is signed; the recorder sent 64 bits. */
function pidOf(requested: unknown): number {
  const pid = Number(requested);
  return pid > 2 ** 62 ? -1 : pid;
}

async function processOf(guest: ReplayGuest, name: string): Promise<number | undefined> {
  const process = background[name];
  if (process !== undefined) return startBackground(guest, process.user ?? "root", process);
  if (name === "zombie") return startZombie(guest, "root");
  const program = started[name];
  if (program === undefined) return undefined;
  const [programPath, args] = program;
  const { pid } = await startProgram(guest, guest.user("vgtest"), { programPath, arguments: args });
  if (pid === undefined) throw new Error(`${name}: the program did not start`);
  if (/sigterm|started-exited/.test(name)) {
    await guest.shell("root", `kill ${pid}`);
    await guest.waitFor(pid, (found) => found?.endTimeMs !== undefined);
  }
  if (name === "exited-after-timer") await guest.waitFor(pid, (found) => found?.endTimeMs !== undefined);
  return pid;
}

function compareList(recorded: readonly z.output<typeof shown>[], got: ListedProcess[], isFiltered: boolean): string[] {
  const known = recorded.filter(({ cmdLine }) => !cmdLine.includes("agent.py"));
  const complaints = isFiltered ? compare("number of processes", known.length, got.length) : [];
  for (const [index, expected] of known.entries()) {
    const isInit = expected.name === "<init>";
    const process = isFiltered
      ? got[index]
      : got.find((one) => (isInit ? one.pid === 1 : one.cmdLine === expected.cmdLine && one.endTimeMs === undefined));
    if (process === undefined) {
      complaints.push(`${expected.cmdLine} is not listed`);
      continue;
    }
    if (!isInit) {
      complaints.push(
        ...compare(
          "name",
          expected.name === "python3" ? process.name.replace(/\..*/, "") : expected.name,
          process.name,
        ),
      );
      if (!expected.cmdLine.startsWith('"'))
        complaints.push(...compare("command line", expected.cmdLine, process.cmdLine));
      else complaints.push(...compare("command line", expected.cmdLine.trimEnd(), process.cmdLine.trimEnd()));
    }
    complaints.push(...compare("owner", expected.owner, process.owner));
    complaints.push(...compare("has ended", expected.endTime !== 0, process.endTimeMs !== undefined));
    if (expected.endTime !== 0) complaints.push(...compare("exit code", expected.exitCode, process.exitCode));
  }
  return complaints;
}

async function replayLongCommandLine(guest: ReplayGuest): Promise<Verdict> {
  const argv = [...python.argv, "x".repeat(9000)];
  const pid = await startBackground(guest, "root", { ...python, argv });
  const [process] = await guest.listProcesses(guest.user("vgtest"), [pid]);
  await guest.shell("root", `kill -9 ${pid}`);
  return verdictOf(compare("command line's length", argv.join(" ").length, process?.cmdLine.length));
}

async function replayOrder(guest: ReplayGuest): Promise<Verdict> {
  const ended = await startProgram(guest, guest.user("vgtest"), { programPath: "/bin/true", arguments: "" });
  const running = await startProgram(guest, guest.user("vgtest"), { programPath: "/bin/sleep", arguments: "9" });
  await guest.waitFor(ended.pid ?? 0, (found) => found?.endTimeMs !== undefined);
  const pids = (await guest.listProcesses(guest.user("vgtest"), [])).map(({ pid }) => pid);
  await guest.shell("root", `kill -9 ${running.pid}`);
  const [first, second, init] = [pids.indexOf(ended.pid ?? 0), pids.indexOf(running.pid ?? 0), pids.indexOf(1)];
  return first >= 0 && first < second && second < init ? reproduced : verdictOf([`order ${first}, ${second}, ${init}`]);
}

/** An ended program is there for 300 s and gone at 302: by the guest's clock. */
async function replayRetention(guest: ReplayGuest): Promise<Verdict> {
  const user = guest.user("vgtest");
  const { pid = 0 } = await startProgram(guest, user, { programPath: "/bin/sh", arguments: "-c 'exit 7'" });
  const seen = await guest.waitFor(pid, (found) => found?.endTimeMs !== undefined);
  guest.vm.stepClock(295_000);
  const [kept] = await guest.listProcesses(user, [pid]);
  guest.vm.stepClock(8_000);
  const gone = await guest.listProcesses(user, [pid]);
  guest.vm.stepClock(-303_000);
  return verdictOf([
    ...compare("exit code", 7, seen?.exitCode),
    ...compare("kept", 7, kept?.exitCode),
    ...compare("gone", 0, gone.length),
  ]);
}
