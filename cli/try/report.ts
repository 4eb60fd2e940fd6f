import { packageVersion } from "../../provider/values/package-version";
import { printable } from "../../provider/values/printable";
import type { Result } from "./try";

/** What is told of where the checks were made: products and versions, no names. */
export interface Surroundings {
  readonly server: string;
  readonly guest: string;
  readonly tools: string;
}

/** The report of a trial, without any name, address or secret of those who made it. */
export interface Report extends Surroundings {
  readonly version: string;
  readonly node: string;
  readonly day: string;
  readonly held: number;
  readonly failed: number;
  readonly notApplicable: number;
  readonly results: readonly Result[];
}

/** Names and what stands in their place. */
export type Names = readonly (readonly [string | undefined, string])[];

export function reportOf(surroundings: Surroundings, results: readonly Result[], names: Names): Report {
  const count = (outcome: Result["outcome"]) => results.filter((one) => one.outcome === outcome).length;
  return {
    version: packageVersion(),
    node: `${process.version} ${process.platform}`,
    day: new Date().toISOString().slice(0, 10),
    ...surroundings,
    held: count("held"),
    failed: count("failed"),
    notApplicable: count("not applicable"),
    results: results.map((one) => (one.text === undefined ? one : { ...one, text: withoutNames(one.text, names) })),
  };
}

/** A text in which no name is left, nor an address or id. */
export function withoutNames(text: string, names: Names): string {
  const known = names
    .filter((pair): pair is readonly [string, string] => (pair[0] ?? "").length > 1)
    .sort(([a], [b]) => b.length - a.length);
  const replaced = known.reduce((left, [name, placeholder]) => left.replaceAll(name, placeholder), text);
  return replaced
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>")
    .replace(/\b(\d{1,3}\.){3}\d{1,3}(:\d+)?\b/g, "<address>")
    .replace(/\b[a-z0-9-]+(\.[a-z0-9-]+)+:\d+\b/gi, "<address>")
    .replace(/\[[0-9a-f:]*:[0-9a-f:]+\](:\d+)?/gi, "<address>");
}

/** The report as people read it. */
export function markdown(report: Report): string {
  const { version, node, day, server, guest, tools, held, failed, notApplicable, results } = report;
  const rows = results.map(
    ({ area, check, outcome, text, milliseconds }) =>
      `| ${[area, check, outcome === "failed" ? "**failed**" : outcome, `${milliseconds} ms`, text ?? ""].map(cell).join(" | ")} |`,
  );
  return `# vsphere-guest try

| | |
|---|---|
| vsphere-guest | ${cell(version)}, Node ${cell(node)} |
| server | ${cell(server)} |
| guest | ${cell(guest)} |
| VMware Tools | ${cell(tools)} |
| day | ${cell(day)} |
| outcome | ${held} held, ${failed} failed, ${notApplicable} not applicable |

| area | check | outcome | took | |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

function cell(text: string): string {
  return printable(text).replace(/\s+/g, " ").replaceAll("|", "\\|");
}
