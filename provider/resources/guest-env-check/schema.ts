import { z } from "zod";
import { commonInputs, commonState, groupSchema, guestPathSchema, modeSchema, ownerSchema } from "../common";

const regularExpression = z.string().refine(isRegularExpression, "must be a regular expression");

/** What a variable must be: exactly a text, or something looser. */
export const variableExpectationSchema = z
  .union([
    z.string(),
    z.strictObject({
      matches: regularExpression.meta({
        description: "Regular expression that must be found in the value; anchor it for the whole value.",
      }),
    }),
    z.strictObject({ oneOf: z.array(z.string()).nonempty().meta({ description: "The values that are allowed." }) }),
    z.strictObject({ absent: z.literal(true).meta({ description: "The variable must not be set." }) }),
  ])
  .meta({
    typeName: "VariableExpectation",
    description: "The exact value, or `{ matches }`, `{ oneOf }`, `{ absent: true }`.",
  });

export type VariableExpectation = z.infer<typeof variableExpectationSchema>;

/** What must be at a path. */
export const pathExpectationSchema = z
  .union([
    z.enum(["present", "absent", "file", "directory", "symlink"]),
    z.strictObject({
      type: z
        .enum(["file", "directory", "symlink"])
        .optional()
        .meta({ description: "What is at the path itself; links are not followed." }),
      mode: modeSchema.optional(),
      owner: ownerSchema.optional(),
      group: groupSchema.optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits")
        .optional()
        .meta({ description: "SHA-256 of the file's bytes, in hex." }),
    }),
  ])
  .meta({
    typeName: "PathExpectation",
    description: "`present`, `absent`, `file`, `directory`, `symlink`, or an object that says more.",
  });

export type PathExpectation = z.infer<typeof pathExpectationSchema>;

export const guestFamilySchema = z
  .enum(["linuxGuest", "windowsGuest", "darwinGuestFamily", "solarisGuest", "netwareGuest", "otherGuestFamily"])
  .meta({ typeName: "GuestFamily", description: "Family of the guest's operating system, as VMware Tools report it." });

/** What a program expects of a guest. */
export const guestEnvCheckInputs = z.strictObject({
  ...commonInputs,
  variables: z.record(z.string().min(1), variableExpectationSchema).optional().meta({
    description:
      "Environment variables of the VMware Tools service and what each must be. All are read by one request.",
  }),
  guestFamily: guestFamilySchema.optional(),
  minimumToolsVersion: z
    .string()
    .regex(/^\d+(\.\d+){0,2}$/, 'must be a version such as "12.2.0"')
    .optional()
    .meta({ description: 'Oldest version of VMware Tools that is accepted, such as `"12.2.0"`.' }),
  paths: z
    .record(guestPathSchema, pathExpectationSchema)
    .optional()
    .meta({ description: "Paths in the guest and what must be there." }),
  onFailure: z.enum(["fail", "warn"]).optional().meta({
    description: "`fail` (default): an expectation that is not met fails the deploy; `warn`: it is said in the log.",
  }),
});

export type GuestEnvCheckInputs = z.infer<typeof guestEnvCheckInputs>;

const { variables, guestFamily } = guestEnvCheckInputs.shape;

/** What was found at the last look. */
export const guestEnvCheckState = z.object({
  ...guestEnvCheckInputs.omit({ variables: true, guestFamily: true }).shape,
  ...commonState,
  expected: z.object({ variables, guestFamily }).meta({
    description: "The expectations whose outcomes stand in outputs of the same name.",
    secretWhen: ["variables"],
  }),
  variables: z
    .record(z.string(), z.string())
    .meta({ description: "The variables that were asked for and are set in the guest.", secretWhen: ["variables"] }),
  guestFamily: z
    .string()
    .optional()
    .meta({ description: "Family of the guest's operating system, as VMware Tools report it." }),
  toolsVersion: z.string().optional().meta({ description: "Version of VMware Tools." }),
  satisfied: z.boolean().meta({ description: "True when every expectation is met." }),
  failures: z
    .array(z.string())
    .meta({ description: "One line for each expectation that is not met.", secretWhen: ["variables"] }),
});

export type GuestEnvCheckState = z.infer<typeof guestEnvCheckState>;

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
