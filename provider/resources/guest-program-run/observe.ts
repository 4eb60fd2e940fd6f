import type { Guest } from "../../guest/guest";
import { allDone } from "../../operation/all-done";
import { observationMaxAgeMs } from "../file-system/freshness";
import { failing, prospectsOf } from "../prospects";
import type { BroughtPath, Difference, LookAheadTask, Observed, Prospect } from "../resource-kind";
import type { Command } from "./command-schema";
import { createCommand } from "./execute";
import { askGuards } from "./guards";
import { otherAccountOf } from "./run-as-schema";
import type { GuestProgramRunInputs, GuestProgramRunState, GuestProgramRunTask } from "./schema";

/** A run is what it was; its guards are asked anew, and a run that failed is to be done again. */
export async function observeGuestProgramRun(task: GuestProgramRunTask): Promise<Observed<GuestProgramRunState>> {
  const { have } = task;
  if (have === undefined)
    return { exists: false, reason: "a program run cannot be found again in the guest, only done" };
  const drift: Difference[] = [];
  if (!have.succeeded) drift.push({ property: "exitCode", reason: "the last run failed; it will be done again" });
  const verdict = await askGuards(task, { fresh: false });
  if (verdict?.needed === true)
    drift.push({ property: verdict.property, reason: `${verdict.reason}; the program will be run` });
  return { exists: true, state: have, drift };
}

type Ahead = LookAheadTask<GuestProgramRunInputs>;

/** Inputs that a guard's answer may hang on. */
const givenToGuards = ["workingDirectory", "environment", "stdin", "runAs", "runAsPassword", "creates", "removes"];

/** Whether a guard keeps the program from being run; else, what it needs and does not find. */
export async function lookAheadOfGuestProgramRun(ahead: Ahead): Promise<Prospect[]> {
  const needs = await prospectsOf(programProspects(ahead), directoryProspects(ahead), accountProspects(ahead));
  // A guard's command would only fail for the same reasons.
  if (needs.length > 0 && asksCommands(ahead)) return needs;
  const guards = await prospectsOf(guardProspects(ahead));
  return guards.some(({ outcome }) => outcome === "kept") ? guards : [...needs, ...guards];
}

/** What a run that has done its work leaves behind. */
export function broughtByRun({ creates }: GuestProgramRunInputs): BroughtPath[] {
  return creates === undefined ? [] : [{ path: creates }];
}

function asksCommands({ want }: Ahead): boolean {
  return want.unless !== undefined || want.onlyIf !== undefined;
}

async function guardProspects(ahead: Ahead): Promise<Prospect[]> {
  if ([...givenToGuards, "unless", "onlyIf"].some((name) => ahead.unknown.has(name))) return [];
  const verdict = await askGuards(ahead, { fresh: false });
  if (verdict?.needed !== false) return [];
  return [{ outcome: "kept", text: `the program will not be run, since ${verdict.reason}` }];
}

async function programProspects({ guest, want, isComing, op }: Ahead): Promise<Prospect[]> {
  const path = executableOf(createCommand(want).command);
  if (path === undefined || isComing(path)) return [];
  const looks = await allDone(
    spellings(guest, path).map((each) => guest.files.stat(each, op, { maxAgeMs: observationMaxAgeMs })),
  );
  const found = looks.find((stat) => stat !== undefined);
  if (found === undefined) return [failing(`${path} is not there. Have it installed first (dependsOn).`)];
  return found.type === "directory" ? [failing(`${path} is a directory in the guest.`)] : [];
}

/** The file that has to be there for a command to run; undefined where the guest's own search path decides. */
function executableOf(command: Command): string | undefined {
  if (typeof command === "string") return undefined;
  const executable = "program" in command ? command.program : command.interpreter;
  return executable !== undefined && /[\\/]/.test(executable) ? executable : undefined;
}

/** Windows adds the ending of programs where none is given. */
function spellings({ family }: Guest, path: string): string[] {
  return family === "windows" && !/\.[^\\/.]+$/.test(path) ? [path, `${path}.exe`] : [path];
}

async function directoryProspects({ guest, want, isComing, op }: Ahead): Promise<Prospect[]> {
  const path = want.workingDirectory;
  if (path === undefined || isComing(path)) return [];
  const stat = await guest.files.stat(path, op, { maxAgeMs: observationMaxAgeMs });
  if (stat === undefined)
    return [failing(`the working directory ${path} is not there. Have it made first (dependsOn).`)];
  return stat.type === "file" ? [failing(`the working directory ${path} is a file in the guest.`)] : [];
}

/** The account looked up here is one that a run before may make. */
async function accountProspects({ guest, want, op }: Ahead): Promise<Prospect[]> {
  if (want.runAs === undefined || guest.family === "windows") return [];
  await guest.accounts.ownerId(otherAccountOf(want.runAs, undefined).user, op);
  return [];
}
