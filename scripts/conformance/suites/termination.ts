import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import { compareObserved } from "../observed";
import type { ReplayGuest } from "../replay-guest";
import { compare, compareFault, leftOut, verdictOf, type Verdict } from "../verdict";
import { startBackground, startZombie } from "./background-process";
import { startProgram } from "./programs";

/** What is running when TerminateProcess comes, by record; the corpus tells it in prose. */
const programs: Readonly<Record<string, readonly [user: string, path: string, args: string]>> = {
  "own-sleep": ["vgtest", "/bin/sleep", "60"],
  "own-again-after-exit": ["vgtest", "/bin/sleep", "60"],
  "ignores-term": ["vgtest", "/bin/bash", `-c 'trap "" TERM; touch ready; while :; do sleep 0.1; done'`],
  "handles-term": ["vgtest", "/bin/bash", `-c 'trap "exit 33" TERM; touch ready; while :; do sleep 0.1; done'`],
  "handles-term-slowly": [
    "vgtest",
    "/bin/bash",
    `-c 'trap "sleep 2; exit 34" TERM; touch ready; while :; do sleep 0.1; done'`,
  ],
  "children-survive": ["vgtest", "/bin/sh", "-c 'sleep 61 & echo $! > kid; touch ready; wait'"],
  "compound-line-kills-shell-only": ["vgtest", "/bin/sleep", "61 & echo $! > kid; touch ready; wait"],
  "redirected-program-survives": ["vgtest", "/bin/sleep", "61 > /srv/gt/o 2>&1"],
  "pipe-kills-shell-only": ["vgtest", "/bin/sleep", "60 | cat"],
  stopped: ["vgtest", "/bin/sleep", "60"],
  "others-as-non-root": ["vgtest", "/bin/sleep", "60"],
  "others-as-root": ["vgtest", "/bin/sleep", "60"],
  "roots-as-non-root": ["root", "/bin/sleep", "60"],
  "roots-as-root": ["root", "/bin/sleep", "60"],
  "bad-password": ["vgtest", "/bin/sleep", "60"],
  "pid-plus-2-to-32": ["vgtest", "/bin/sleep", "60"],
};

/** Pid that stands for the agent in a simulated guest. */
const servicePid = 3;

const afterSchema = z.looseObject({ exitCode: z.number(), ended: z.boolean(), owner: z.string(), name: z.string() });

/** Replays TerminateProcess: what runs, the call, what is left. */
export async function replayTermination(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const name = record.id.slice(record.id.indexOf("/") + 1);
  if (name === "waiter-process") return leftOut("how the agent waits for its programs is its own affair");
  await guest.prepare(record);
  const pid = await targetOf(guest, name, record);
  if (name === "own-again-after-exit")
    await guest.call("process", "TerminateProcessInGuest", guest.userOf(record), [["pid", pid]]);
  const argument = name === "pid-plus-2-to-32" ? pid + 2 ** 32 : pid;
  const survivors = await guest.shell("root", `pgrep -P ${pid} -x sleep`);
  const answer = await guest.call("process", "TerminateProcessInGuest", guest.userOf(record), [["pid", argument]]);
  const complaints = compareFault(record.result.vix, answer);
  const after = afterSchema.safeParse(record["after"]);
  if (after.success) {
    const process = await guest.waitFor(pid, (found) => after.data.ended === (found?.endTimeMs !== undefined));
    complaints.push(...compare("name", after.data.name, process?.name));
    complaints.push(...compare("owner", after.data.owner, process?.owner));
    if (after.data.ended) complaints.push(...compare("exit code", after.data.exitCode, process?.exitCode));
  }
  if (typeof record["aliveAfter"] === "boolean") {
    const state = await guest.shell("root", `grep -q "^State:.[^Z]" /proc/${pid}/status 2>/dev/null && printf alive`);
    complaints.push(...compare("alive afterwards", record["aliveAfter"], state === "alive"));
  }
  complaints.push(...(await compareObserved(guest, withLivePids(record, pid, survivors.trim()))));
  await guest.shell("root", `kill -9 -- ${Math.abs(pid) > 300 ? pid : ""} ${survivors.trim()} $(cat kid)`);
  return verdictOf(complaints);
}

/** Pids in the recorded commands are those of the recorder's machine. */
function withLivePids(record: CorpusRecord, pid: number, survivor: string): CorpusRecord {
  const live = (cmd: string): string =>
    cmd.replace(/-p \d+/, `-p ${survivor === "" ? pid : survivor}`).replace(/-g \d+/, `-g ${Math.abs(pid)}`);
  return { ...record, observed: record.observed?.map(({ cmd, out }) => ({ cmd: live(cmd), out })) };
}

async function targetOf(guest: ReplayGuest, name: string, record: CorpusRecord): Promise<number> {
  const program = programs[name];
  if (program !== undefined) {
    const [user, programPath, args] = program;
    const { pid } = await startProgram(guest, guest.user(user), {
      programPath,
      arguments: args,
      workingDirectory: "/srv/gt",
    });
    if (pid === undefined) throw new Error(`${name}: the program did not start`);
    const started = args.includes("ready") ? "[ -e ready ]" : `pgrep -P ${pid} || [ $(cat /proc/${pid}/comm) = sleep ]`;
    await guest.shell("root", `for i in $(seq 200); do ${started} && break; sleep 0.02; done`);
    if (name === "stopped") await guest.shell("root", `kill -STOP ${pid}`);
    return pid;
  }
  const sleep = { exe: "/bin/sleep", argv: ["sleep", "60"] };
  if (name === "own-not-started-by-tools") return startBackground(guest, "vgtest", sleep);
  if (name === "zombie") return startZombie(guest, "root");
  if (name === "negative-own-group") {
    const argv = ["bash", "-c", "sleep 60 & sleep 60 & wait"];
    return -(await startBackground(guest, "vgtest", { exe: "/bin/bash", argv }));
  }
  const requested = record.request?.["pid"];
  if (requested === "<service>") return servicePid;
  if (typeof requested === "string" && requested.startsWith("-<service")) return -servicePid;
  return Number(requested);
}
