import { readdirSync, readFileSync } from "node:fs";
import { type Simulator, startSimulator } from "../../simulator";
import { type CellResult, disturbedWork, undisturbedRequests } from "./cell";
import { type Disturbance, disturbances } from "./disturbances";
import { matrixDirectory, matrixWorks, type Verb, verbs, type Work } from "./works";

/** One request of one work, and what every disturbance made of it; undefined where it was not tried. */
export interface MatrixRow {
  readonly work: string;
  readonly verb: Verb;
  /** Counted from 0. */
  readonly index: number;
  readonly method: string;
  readonly results: readonly (CellResult | undefined)[];
}

export interface Matrix {
  readonly disturbances: readonly string[];
  readonly rows: readonly MatrixRow[];
  /** Wrappers of runs that still exist on this machine when all is over. */
  readonly processesLeft: readonly string[];
}

export interface MatrixOptions {
  /** Simulators that work side by side. */
  readonly atOnce: number;
  /** Whether to try a cell: rows and disturbances are counted from 0. */
  readonly wanted: (row: number, disturbance: number) => boolean;
}

/**
 * Disturbs create, update and delete of every kind at every request they send, in every way. Each cell has a guest
 * without traces of the one before.
 */
export async function measureFaultMatrix({ atOnce, wanted }: MatrixOptions): Promise<Matrix> {
  const local = matrixWorks();
  try {
    const plan = await planRows(local.works);
    const waiting = plan.flatMap((row, rowNumber) =>
      disturbances
        .map((disturbance, column) => ({ row, disturbance, column }))
        .filter(({ column }) => wanted(rowNumber, column)),
    );
    await Promise.all(Array.from({ length: atOnce }, () => workOff(waiting)));
    const rows = plan.map(({ work, verb, index, method, results }) => ({
      work: work.name,
      verb,
      index,
      method,
      results,
    }));
    return { disturbances: disturbances.map(({ name }) => name), rows, processesLeft: wrappersRunning() };
  } finally {
    local.dispose();
  }
}

interface PlannedRow {
  readonly work: Work;
  readonly verb: Verb;
  readonly index: number;
  readonly method: string;
  readonly results: (CellResult | undefined)[];
}

async function planRows(works: readonly Work[]): Promise<PlannedRow[]> {
  const simulators = await startSimulators();
  const rows: PlannedRow[] = [];
  try {
    for (const work of works) {
      for (const verb of verbs) {
        const methods = await undisturbedRequests(simulators[work.os], work, verb);
        methods.forEach((method, index) => {
          rows.push({ work, verb, index, method, results: disturbances.map(() => undefined) });
        });
      }
    }
  } finally {
    await stopped(simulators);
  }
  return rows;
}

type Simulators = Readonly<Record<Work["os"], Simulator>>;

async function startSimulators(): Promise<Simulators> {
  const start = (os: Work["os"]) => startSimulator({ vms: [{ name: "vm-1", os }], hosts: 2 });
  return { linux: await start("linux"), windows: await start("windows") };
}

async function stopped({ linux, windows }: Simulators): Promise<void> {
  await linux.stop();
  await windows.stop();
}

async function workOff(
  waiting: { readonly row: PlannedRow; readonly disturbance: Disturbance; readonly column: number }[],
): Promise<void> {
  const simulators = await startSimulators();
  try {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { row, disturbance, column } = next;
      row.results[column] = await disturbedWork(simulators[row.work.os], row.work, row.verb, row, disturbance);
    }
  } finally {
    await stopped(simulators);
  }
}

/** Command lines that name a room of runs; none where there is no /proc. */
function wrappersRunning(): string[] {
  let pids: string[];
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return pids
    .map(commandLine)
    .filter((line) => line.includes("/.vsphere-guest-run-") && line.includes(`${matrixDirectory}/runs`));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
