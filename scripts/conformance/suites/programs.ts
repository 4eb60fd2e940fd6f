import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import { compareObserved } from "../observed";
import type { ListedProcess, ReplayGuest } from "../replay-guest";
import type { Answer, Parameter } from "../soap-client";
import { compare, compareFault, leftOut, verdictOf, type Verdict } from "../verdict";

const requestSchema = z.looseObject({
  programPath: z.string(),
  arguments: z.string().nullish(),
  workingDirectory: z.string().nullish(),
  envVariables: z.array(z.string()).optional(),
  startMinimized: z.boolean().optional(),
});

/** Replays StartProgram and follows the program to the end that the record tells. */
export async function replayProgram(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const request = requestSchema.safeParse(record.request);
  if (!request.success) return leftOut("malformed binary request: no client sends it");
  const text = JSON.stringify(record.request);
  if (text.includes("\\\\xff")) return leftOut("not UTF-8: XML cannot carry it");
  if (text.includes("bytes)")) return leftOut("the record holds the arguments only in part");
  const machine = dependsOnRecordersMachine(guest, record);
  if (machine !== undefined) return leftOut(machine);
  await guest.prepare(record);
  const { answer, pid } = await startProgram(guest, guest.userOf(record), request.data);
  const complaints = compareFault(record.result.vix, answer);
  const placeholders = { "<pid>": String(pid) };
  if (pid !== undefined && complaints.length === 0) {
    const outside = /killed-outside-(\w+)/.exec(record.id)?.[1];
    if (outside !== undefined) await guest.shell("root", `kill -${outside.toUpperCase()} ${pid}`);
    complaints.push(...(await compareProcess(guest, record, pid)));
  }
  complaints.push(...(await compareObserved(guest, record, pid === undefined ? {} : placeholders)));
  if (pid !== undefined) await guest.shell("root", `kill -9 ${pid} $(pgrep -P ${pid})`);
  return verdictOf(complaints);
}

/** Agent 13.0.10 was recorded on a newer Debian: other bash, other coreutils, a service with another niceness. */
function dependsOnRecordersMachine(guest: ReplayGuest, { id }: CorpusRecord): string | undefined {
  if (guest.toolsVersion !== "13.0.10") return undefined;
  if (/script-bad-interpreter|script-without-shebang/.test(id)) return "tells the version of the recorder's bash (5.3)";
  if (id.endsWith("/redirect-both")) return "tells the version of the recorder's ls";
  return id.endsWith("/nice") ? "tells the niceness of the recorder's service" : undefined;
}

/** Starts a program; `pid` is undefined when it was refused. */
export async function startProgram(
  guest: ReplayGuest,
  user: { readonly name: string; readonly password: string },
  request: z.output<typeof requestSchema>,
): Promise<{ readonly answer: Answer; readonly pid: number | undefined }> {
  const fields: Parameter[] = [
    ["programPath", request.programPath],
    ["arguments", request.arguments ?? ""],
    ...workingDirectory(request.workingDirectory ?? undefined),
    ...(request.envVariables ?? []).map((entry): Parameter => ["envVariables", entry]),
    ...(request.startMinimized === undefined ? [] : ([["startMinimized", request.startMinimized]] as const)),
  ];
  const type = request.startMinimized === undefined ? "GuestProgramSpec" : "GuestWindowsProgramSpec";
  const answer = await guest.call("process", "StartProgramInGuest", user, [["spec", { type, fields }]]);
  return { answer, pid: answer.fault === undefined ? Number(answer.returned[0]?.text) : undefined };
}

function workingDirectory(path: string | undefined): Parameter[] {
  return path === undefined ? [] : [["workingDirectory", path]];
}

async function compareProcess(guest: ReplayGuest, record: CorpusRecord, pid: number): Promise<string[]> {
  const { process } = record;
  if (process === undefined) {
    await untilSettled(guest, pid);
    return [];
  }
  const staysAlive = process.ended === false || process.endTimeMinusStart === null;
  if (staysAlive) await new Promise((resolve) => setTimeout(resolve, 1500));
  const seen = await guest.waitFor(
    pid,
    (found) => found !== undefined && (staysAlive || found.endTimeMs !== undefined),
  );
  return seen === undefined ? ["the program is not listed"] : [...compareShown(record, process, seen)];
}

function* compareShown(
  record: CorpusRecord,
  process: NonNullable<CorpusRecord["process"]>,
  seen: ListedProcess,
): Generator<string> {
  const hasNoArguments = (record.request?.["arguments"] ?? undefined) === undefined;
  yield* compare("name", process.name, seen.name);
  if (!hasNoArguments) yield* compare("command line", process.cmdLine, seen.cmdLine);
  else yield* compare("command line", process.cmdLine.trimEnd(), seen.cmdLine.trimEnd());
  if (process.owner !== undefined) yield* compare("owner", process.owner, seen.owner);
  const isRunning = process.ended === false || process.endTimeMinusStart === null;
  if (isRunning) yield* compare("end", undefined, seen.endTimeMs);
  else yield* compare("exit code", process.exitCode, seen.exitCode);
  if (typeof process.endTimeMinusStart !== "number" || seen.endTimeMs === undefined) return;
  const seconds = (seen.endTimeMs - seen.startTimeMs) / 1000;
  const isClose = seconds === process.endTimeMinusStart || Math.abs(seconds - process.endTimeMinusStart) === 1;
  if (!isClose) yield `ran ${process.endTimeMinusStart} s, got ${seconds} s`;
}

/** The recorder looked a moment after the start: until the program sleeps or is gone. */
async function untilSettled(guest: ReplayGuest, pid: number): Promise<void> {
  const script = `for i in $(seq 100); do [ -e /proc/${pid} ] || break; case "$(cat /proc/${pid}/comm)" in bash|sh) pgrep -P ${pid} && break;; *) break;; esac; sleep 0.02; done`;
  await guest.shell("root", script);
}
