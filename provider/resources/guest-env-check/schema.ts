import { z } from "zod";
import type { Task } from "../resource-kind";
import {
  commonInputs,
  commonState,
  groupSchema,
  guestPathSchema,
  modeSchema,
  ownerSchema,
  guestFamilySchema,
} from "../../vocabulary/inputs";
import { isOperational, namesWhere } from "../../vocabulary/property-meta";
import { findingSchema } from "./finding";
import { textExpectationSchema, textExpectations } from "./text-expectation";

/** What a variable must be: a text, or absent. */
export const variableExpectationSchema = z
  .union([
    ...textExpectations,
    z.strictObject({ absent: z.literal(true).meta({ description: "The variable must not be set." }) }),
  ])
  .meta({ description: "The exact value, or `{ matches }`, `{ oneOf }`, `{ absent: true }`." });

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

/** Whether a process must be running. */
export const processExpectationSchema = z
  .union([
    z.enum(["running", "notRunning"]),
    z.strictObject({ owner: z.string().min(1).meta({ description: "Account that the process must run as." }) }),
  ])
  .meta({ description: "`running`, `notRunning`, or `{ owner }`: running as this account." });

export type ProcessExpectation = z.infer<typeof processExpectationSchema>;

/** What a program expects of a guest. */
export const guestEnvCheckInputs = z.strictObject({
  ...commonInputs,
  variables: z
    .record(z.string().min(1), variableExpectationSchema)
    .optional()
    .meta({
      examples: [{ PATH: { matches: "/usr/bin" } }],
      description:
        "Environment variables of the VMware Tools service and what each must be. All are read by one request.",
    }),
  guestFamily: guestFamilySchema.optional(),
  guestId: textExpectationSchema.optional().meta({
    examples: ["debian12_64Guest"],
    description: "Guest id of the operating system, such as `debian12_64Guest`: exact, or `{ matches }`, `{ oneOf }`.",
  }),
  guestFullName: textExpectationSchema.optional().meta({
    examples: [{ matches: "Debian" }],
    description:
      "Name and version of the operating system, as VMware Tools report it: exact, or `{ matches }`, `{ oneOf }`.",
  }),
  toolsVersionStatus: textExpectationSchema.optional().meta({
    examples: [{ oneOf: ["guestToolsCurrent", "guestToolsUnmanaged"] }],
    description:
      "Status of VMware Tools' version, such as `guestToolsCurrent` or `guestToolsUnmanaged`: exact, or `{ matches }`, `{ oneOf }`.",
  }),
  minimumToolsVersion: z
    .string()
    .regex(/^\d+(\.\d+){0,2}$/, 'must be a version such as "12.2.0"')
    .optional()
    .meta({
      examples: ["12.2.0"],
      description: 'Oldest version of VMware Tools that is accepted, such as `"12.2.0"`.',
    }),
  paths: z
    .record(guestPathSchema, pathExpectationSchema)
    .optional()
    .meta({
      examples: [{ "/etc/app": "directory", "/var/run/reboot-required": "absent" }],
      description: "Paths in the guest and what must be there.",
    }),
  minimumFreeBytes: z
    .record(guestPathSchema, z.number().int().nonnegative())
    .optional()
    .meta({
      examples: [{ "/var": 1073741824 }],
      description: "Free space that there must be at a path, in bytes. Asks the guest's df. POSIX guests only.",
    }),
  processes: z
    .record(z.string().min(1), processExpectationSchema)
    .optional()
    .meta({
      examples: [{ sshd: "running" }],
      description:
        "Processes by name of their program file, and whether they must be running. Asks the guest's ps on POSIX.",
    }),
  privileges: z
    .array(z.string().min(1))
    .nonempty()
    .optional()
    .meta({
      description: "vCenter privileges that the provider's user must hold on the VM.",
      examples: ["VirtualMachine.GuestOperations.Modify"],
    }),
  validateLogin: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description: "Check that the guest login works, and report it like the rest when it does not.",
    }),
  elevated: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description:
        "Whether programs of the guest login have full rights: root on POSIX; on Windows an elevated token, which UAC " +
        "keeps from all administrators but the built-in one. Asks the guest's id or whoami.",
    }),
  waitSeconds: z
    .number()
    .nonnegative()
    .max(86_400)
    .optional()
    .meta({
      examples: [120],
      description:
        "How long to look again and again until all is met, in seconds, at create and update. Default 0: one look. " +
        "A refused login is not waited for: more attempts could lock the account.",
    }),
  onFailure: z
    .enum(["fail", "warn"])
    .optional()
    .meta({
      examples: ["warn"],
      description: "`fail` (default): an expectation that is not met fails the deploy; `warn`: it is said in the log.",
    }),
});

export type GuestEnvCheckInputs = z.infer<typeof guestEnvCheckInputs>;

const { variables, guestFamily, guestId, guestFullName } = guestEnvCheckInputs.shape;

/** A secret in any of these may show in what is told of the outcome. */
const expectations = namesWhere(guestEnvCheckInputs, (property, name) => !isOperational(property) && name !== "vm");

/** What was found at the last look. */
export const guestEnvCheckState = z.object({
  ...guestEnvCheckInputs.omit({ variables: true, guestFamily: true, guestId: true, guestFullName: true }).shape,
  ...commonState,
  expected: z.object({ variables, guestFamily, guestId, guestFullName }).meta({
    description: "The expectations whose outcomes stand in outputs of the same name.",
    secretWhen: ["variables", "guestFamily", "guestId", "guestFullName"],
  }),
  variables: z
    .record(z.string(), z.string())
    .meta({ description: "The variables that were asked for and are set in the guest.", secretWhen: ["variables"] }),
  guestFamily: z
    .string()
    .optional()
    .meta({ description: "Family of the guest's operating system, as VMware Tools report it." }),
  guestId: z.string().optional().meta({ description: "Guest id of the operating system." }),
  guestFullName: z.string().optional().meta({ description: "Name and version of the operating system." }),
  toolsVersion: z.string().optional().meta({ description: "Version of VMware Tools." }),
  report: z
    .array(findingSchema)
    .meta({ description: "A row for each expectation: subject, expected, found, met.", secretWhen: expectations }),
  satisfied: z.boolean().meta({ description: "True when every expectation is met." }),
  failures: z
    .array(z.string())
    .meta({ description: "One line for each expectation that is not met.", secretWhen: expectations }),
});

export type GuestEnvCheckState = z.infer<typeof guestEnvCheckState>;

export type GuestEnvCheckTask = Task<GuestEnvCheckInputs, GuestEnvCheckState>;
