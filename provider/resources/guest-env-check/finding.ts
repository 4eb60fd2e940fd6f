import { z } from "zod";

/** What was found of one expectation: a row of the report. */
export const findingSchema = z.object({
  subject: z.string().meta({ description: "What was looked at." }),
  expected: z.string().meta({ description: "What was expected, in words." }),
  found: z.string().meta({ description: "What was found, in words." }),
  met: z.boolean().meta({ description: "True when the expectation is met." }),
});

export type Finding = z.infer<typeof findingSchema>;

/** Findings on an input that holds a secret (`secretInputs`): neither what is expected nor what was found is told. */
export function untoldWhereSecret(
  secretInputs: ReadonlySet<string>,
  input: string,
  findings: readonly Finding[],
): Finding[] {
  if (!secretInputs.has(input)) return [...findings];
  return findings.map((one) => ({
    ...one,
    expected: "a secret value",
    found: one.met ? "is as expected" : "is otherwise",
  }));
}

/** One line for an expectation that is not met. */
export function describeFinding({ subject, expected, found }: Finding): string {
  return `${subject}: ${found}, expected ${expected}`;
}

/** All findings as a table of plain text, those not met marked. */
export function formatReport(findings: readonly Finding[]): string {
  const rows = findings.map(({ met, subject, expected, found }) => [met ? "ok" : "NOT MET", subject, expected, found]);
  const table = [["", "subject", "expected", "found"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
