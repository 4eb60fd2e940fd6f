import { z } from "zod";
import { type GuestErrorCode, hasCode } from "../../errors/guest-error";

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

/** Failures that tell of one kind of look in this guest, not of the way to it. */
const tellingOfLook: readonly GuestErrorCode[] = [
  "GUEST_OPERATION_UNSUPPORTED",
  "GUEST_OPERATION_DISABLED",
  "GUEST_PERMISSION_DENIED",
  "PROGRAM_FAILED",
  "INVALID_INPUT",
];

/** The row of an input that this guest can't be asked about, so that the others are told in theirs. Other failures are thrown on. */
export function untellable(input: string, error: unknown): Finding[] {
  if (!(error instanceof Error) || !tellingOfLook.some((code) => hasCode(error, code))) throw error;
  return [{ subject: input, expected: "to be told", found: `can't be told: ${error.message}`, met: false }];
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
