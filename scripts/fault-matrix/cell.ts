import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GuestError } from "../../provider/errors/guest-error";
import type { Simulator } from "../../simulator";
import { Deploys, type Outcome, type Recorded } from "./deploy";
import { type Disturbance, onlyVm } from "./disturbances";
import { matrixDirectory, type Verb, type Work } from "./works";

/** What became of one work, disturbed at one request. */
export interface CellResult {
  /** "ok", or the code of the error that the operation ended with. */
  readonly outcome: string;
  /** What is wrong with it, if anything: sentences. */
  readonly holes: readonly string[];
}

/** The requests that the work sends when nothing disturbs it. */
export async function undisturbedRequests(simulator: Simulator, row: Work, verb: Verb): Promise<string[]> {
  const work = row.anew?.() ?? row;
  const deploys = new Deploys(simulator);
  const before = await prepare(simulator, deploys, work, verb);
  simulator.clearCalls();
  const { error } = await perform(deploys, work, verb, before);
  if (error !== undefined) throw error;
  return simulator.calls.map(({ method }) => method);
}

/** Disturbs the work at one of its requests, lets the next deploy follow, and looks at what is there then. */
export async function disturbedWork(
  simulator: Simulator,
  row: Work,
  verb: Verb,
  at: { readonly index: number; readonly method: string },
  disturbance: Disturbance,
): Promise<CellResult> {
  const work = row.anew?.() ?? row;
  const deploys = new Deploys(simulator);
  const before = await prepare(simulator, deploys, work, verb);
  deploys.warnings.length = 0;
  simulator.clearCalls();
  disturbance.arm(simulator, at.index);
  const disturbed = await perform(deploys, work, verb, before);
  simulator.clearDisturbances();

  const holes: string[] = [];
  const { error } = disturbed;
  if (error !== undefined && !(error instanceof GuestError)) holes.push(`not a GuestError: ${error.stack ?? ""}`);
  if (error === undefined && verb !== "delete") holes.push(...ranTwice(simulator));
  holes.push(...(await afterNextDeploy(deploys, work, verb, disturbed)));
  holes.push(...left(simulator));
  const orphans = (disturbance.orphanSessions?.(at.method) ?? 0) + refusedLogouts(simulator);
  if (simulator.sessions > orphans) holes.push(`${simulator.sessions} sessions are left open`);
  holes.push(...deploys.warnings.filter((line) => /left behind|may still run/.test(line)));
  const outcome = error === undefined ? "ok" : error instanceof GuestError ? error.code : error.name;
  return { outcome, holes: holes.map((hole) => (error === undefined ? hole : `${hole} [after: ${error.message}]`)) };
}

async function prepare(simulator: Simulator, deploys: Deploys, work: Work, verb: Verb): Promise<Recorded | undefined> {
  simulator.clearDisturbances();
  simulator.expireSessions();
  const directory = join(onlyVm(simulator).root, matrixDirectory);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (verb === "create") return undefined;
  const { recorded, error } = await deploys.up(work, work.inputs, undefined);
  if (error !== undefined) throw error;
  rmSync(join(directory, "runs"), { force: true });
  return recorded;
}

function perform(deploys: Deploys, work: Work, verb: Verb, before: Recorded | undefined): Promise<Outcome> {
  if (before === undefined) return deploys.up(work, work.inputs, undefined);
  return verb === "delete" ? deploys.destroy(work, before) : deploys.up(work, work.changed, before);
}

/** What the engine would do next: the same again where it failed, then a preview. */
async function afterNextDeploy(deploys: Deploys, work: Work, verb: Verb, disturbed: Outcome): Promise<string[]> {
  const inputs = verb === "update" ? work.changed : work.inputs;
  const again = disturbed.error === undefined ? disturbed : await repeated(deploys, work, verb, inputs, disturbed);
  if (again.error !== undefined) return [`the next deploy fails: ${again.error.message}`];
  if (verb === "delete" || again.recorded === undefined) return [];
  const differences = await deploys.differences(work, inputs, again.recorded);
  return differences.map((reason) => `the next preview shows: ${reason}`);
}

function repeated(deploys: Deploys, work: Work, verb: Verb, inputs: object, { recorded }: Outcome): Promise<Outcome> {
  if (verb === "delete" && recorded !== undefined) return deploys.destroy(work, recorded);
  return deploys.up(work, inputs, recorded);
}

/** No server refuses a logout; here it is hit where a run needed one look less than it was planned for. */
function refusedLogouts(simulator: Simulator): number {
  return simulator.calls.filter(({ method, fault }) => method === "Logout" && fault === "TaskInProgress").length;
}

function ranTwice(simulator: Simulator): string[] {
  const path = join(onlyVm(simulator).root, matrixDirectory, "runs");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.length === 1 ? [] : [`the program ran ${lines.length} times`];
}

function left(simulator: Simulator): string[] {
  const { root } = onlyVm(simulator);
  return ["tmp", "etc", ...["", "made", "made/one-directory"].map((below) => join(matrixDirectory, below))]
    .filter((directory) => existsSync(join(root, directory)))
    .flatMap((directory) => readdirSync(join(root, directory)).map((name) => `/${directory}/${name}`))
    .filter((path) => path.includes("vsphere-guest"))
    .map((path) => `left behind: ${path}`);
}
