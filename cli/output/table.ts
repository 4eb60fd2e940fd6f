import Table from "cli-table3";
import { printableName } from "../../provider/values/printable";

const none = "";
const borderless = {
  top: none,
  "top-mid": none,
  "top-left": none,
  "top-right": none,
  bottom: none,
  "bottom-mid": none,
  "bottom-left": none,
  "bottom-right": none,
  left: none,
  "left-mid": none,
  mid: none,
  "mid-mid": none,
  right: none,
  "right-mid": none,
  middle: "  ",
};

/** Rows in columns, without lines. `right`: columns of numbers. Texts of a guest are shown as they may be printed. */
export function table(rows: readonly (readonly (string | number)[])[], right: readonly number[] = []): string {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map((row) => row.length));
  const colAligns = Array.from({ length: width }, (_, at) =>
    right.includes(at) ? ("right" as const) : ("left" as const),
  );
  const made = new Table({
    chars: borderless,
    colAligns,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  made.push(...rows.map((row) => row.map((cell) => printableName(String(cell)))));
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
