import { runCommand } from "../command";
import { measureFaultMatrix, type Matrix, type MatrixRow } from "./matrix";

const simulatorsAtOnce = 4;
const nameWidth = 32;
const cellWidth = 17;

/** `npm run test:matrix`: the whole table. Fails when a cell has a hole. */
async function main(): Promise<void> {
  const startedMs = Date.now();
  const matrix = await measureFaultMatrix({ atOnce: simulatorsAtOnce, wanted: () => true });
  print(matrix);
  const cells = matrix.rows.flatMap((row) => row.results.filter((result) => result !== undefined));
  const bad = cells.filter(({ holes }) => holes.length > 0).length;
  const failed = cells.filter(({ outcome }) => outcome !== "ok").length;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  console.log(
    `\n${cells.length} disturbances: ${cells.length - failed} unnoticed, ${failed} clear errors, ${bad} holes, ` +
      `${matrix.processesLeft.length} processes left, ${seconds} s`,
  );
  if (bad + matrix.processesLeft.length > 0) process.exitCode = 1;
}

function print({ disturbances, rows, processesLeft }: Matrix): void {
  let title = "";
  for (const row of rows) {
    if (title !== `${row.work}, ${row.verb}`) {
      title = `${row.work}, ${row.verb}`;
      console.log(`\n${title.padEnd(nameWidth)}${disturbances.map((name) => name.padEnd(cellWidth)).join("")}`);
    }
    console.log(line(row));
  }
  const holes = rows.flatMap((row) =>
    row.results.flatMap((result, column) =>
      (result?.holes ?? []).map((hole) => `${row.work}, ${row.verb}, ${row.method}, ${disturbances[column]}: ${hole}`),
    ),
  );
  for (const text of [...holes, ...processesLeft.map((line) => `still runs: ${line}`)]) console.log(`\nHOLE ${text}`);
}

function line({ index, method, results }: MatrixRow): string {
  const name = `${String(index + 1).padStart(4)} ${method}`.slice(0, nameWidth - 1);
  const cells = results.map((result) => {
    const text = result === undefined ? "" : `${result.outcome}${result.holes.length > 0 ? " HOLE" : ""}`;
    return text.slice(0, cellWidth - 1).padEnd(cellWidth);
  });
  return name.padEnd(nameWidth) + cells.join("");
}

runCommand(main);
