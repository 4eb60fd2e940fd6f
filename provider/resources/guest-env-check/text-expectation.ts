import { z } from "zod";
import { linearExpression } from "../../values/linear-pattern";

const regularExpression = z
  .string()
  .refine(
    (text) => linearExpression(text) !== undefined,
    "must be a regular expression as RE2 takes it, without lookaround and backreferences",
  );

/** What a text must be: exactly so, or something looser. */
export const textExpectations = [
  z.string(),
  z.strictObject({
    matches: regularExpression.meta({
      description:
        "Regular expression, as RE2 takes it, that must be found in the value; anchor it for the whole value.",
    }),
  }),
  z.strictObject({ oneOf: z.array(z.string()).nonempty().meta({ description: "The values that are allowed." }) }),
] as const;

export const textExpectationSchema = z
  .union(textExpectations)
  .meta({ description: "The exact value, or `{ matches }`, `{ oneOf }`.", typeName: "TextExpectation" });

export type TextExpectation = z.infer<typeof textExpectationSchema>;

export function isTextAsExpected(expected: TextExpectation, value: string): boolean {
  if (typeof expected === "string") return value === expected;
  if ("oneOf" in expected) return expected.oneOf.includes(value);
  return linearExpression(expected.matches)?.isFoundIn(value) === true;
}

export function textExpectationInWords(expected: TextExpectation): string {
  if (typeof expected === "string") return JSON.stringify(expected);
  return "matches" in expected
    ? `a match of /${expected.matches}/`
    : `one of ${expected.oneOf.map((one) => JSON.stringify(one)).join(", ")}`;
}
