import { z } from "zod";

/** What is recorded of changes (docs/decisions/changed-at.md). */
export const changeState = {
  changedAt: z
    .string()
    .optional()
    .meta({
      description:
        "When this resource last changed what it declares, or took it over (ISO 8601, clock of the machine that runs Pulumi): a trigger for runs that " +
        "also tells of repaired drift. Attributes of a file with content, and a directory's own mode beside `source`, don't count.",
    }),
};

/** The time to record: now where something was changed, else that of before. */
export function changedAt(
  recorded: { readonly changedAt?: string | undefined } | undefined,
  isChanged: boolean,
): string {
  return isChanged || recorded?.changedAt === undefined ? new Date().toISOString() : recorded.changedAt;
}

/** The outputs that stay in an update for which none of `changing` differs. */
export function lastingUnless(differing: ReadonlySet<string>, changing: readonly string[]): readonly string[] {
  return changing.some((name) => differing.has(name)) ? [] : Object.keys(changeState);
}
