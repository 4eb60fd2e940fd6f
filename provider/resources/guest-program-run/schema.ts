import { z } from "zod";
import type { Task } from "../resource-kind";
import { argumentsSchema, commandSchema, interpreterSchema } from "./command-schema";
import { commonInputs, commonState, guestPathSchema, transferSchema } from "../../vocabulary/inputs";
import { otherAccountOf, runAsInputs } from "./run-as-schema";

const exitCodeSchema = z.number().int().min(-2147483648).max(4294967295);

/** What a program declares of a program run in a guest. */
export const guestProgramRunInputs = z
  .strictObject({
    ...commonInputs,
    program: guestPathSchema.optional().meta({
      description: "Absolute path of the program to run at create, and at update unless `update` is given.",
      examples: ["/usr/bin/systemctl"],
    }),
    arguments: argumentsSchema.optional(),
    script: z
      .string()
      .min(1)
      .optional()
      .meta({ examples: ["set -e\nmake install\n"], description: "Script to run instead of `program`." }),
    interpreter: interpreterSchema.optional(),
    create: commandSchema
      .optional()
      .meta({ description: "Command to run at create, in place of `program` or `script`." }),
    update: commandSchema.optional().meta({
      examples: ["systemctl reload app"],
      description: "Command to run when inputs or triggers change. Default: the create command again.",
    }),
    delete: commandSchema.optional().meta({
      examples: ["systemctl stop app"],
      description:
        "Command to run at delete. It finds stdout and stderr of the last create or update in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Default: none.",
    }),
    workingDirectory: guestPathSchema
      .optional()
      .meta({ examples: ["/opt/app"], description: "Directory to run in. Default: the user's home directory." }),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_()]*$/, "must be a variable name"), z.string())
      .optional()
      .meta({ examples: [{ LANG: "C.UTF-8" }], description: "Environment variables." }),
    environmentMode: z
      .enum(["merge", "replace"])
      .optional()
      .meta({
        examples: ["replace"],
        description:
          "`merge` (default) sets `environment` over the guest's own variables, `replace` gives exactly these (in POSIX guests beside VSPHERE_GUEST_RUN, by which the run's processes are found).",
      }),
    stdin: z
      .string()
      .optional()
      .meta({ examples: ["yes\n"], description: "Text for standard input." }),
    triggers: z
      .array(z.unknown())
      .optional()
      .meta({
        description: "Any values; when one changes, the run is done again, as an update in place.",
        examples: ["[configFile.sha256]"],
      }),
    creates: guestPathSchema.optional().meta({
      examples: ["/opt/app/installed"],
      description: "Path that the run makes: it is run only while nothing is there, and again when it has gone.",
    }),
    removes: guestPathSchema.optional().meta({
      examples: ["/opt/app/pending"],
      description: "Path that the run takes away: it is run only while something is there.",
    }),
    unless: commandSchema.optional().meta({
      examples: ["systemctl is-active app"],
      description:
        "Guard, looked at in each preview: the run is done only while this command exits other than 0. It must change nothing.",
    }),
    onlyIf: commandSchema.optional().meta({
      examples: ["test -d /opt/app"],
      description:
        "Guard, looked at in each preview: the run is done only while this command exits 0. It must change nothing.",
    }),
    successExitCodes: z
      .array(exitCodeSchema)
      .nonempty()
      .optional()
      .meta({
        examples: [[0, 2]],
        description:
          "Exit codes that count as success. Default `[0]`. Those of Windows may be given with or without sign.",
      }),
    rebootExitCodes: z
      .array(exitCodeSchema)
      .nonempty()
      .optional()
      .meta({
        description:
          "Exit codes by which the program says that it reboots the guest, and which count as success: the run is done once VMware Tools " +
          "went and came back, all within `timeoutSeconds`.",
        examples: ["[1641]"],
      }),
    expectReboot: z
      .boolean()
      .optional()
      .meta({
        examples: [true],
        description:
          "The run reboots the guest: it is done once VMware Tools went and came back, all within `timeoutSeconds`. A run that the reboot " +
          "cuts off counts as done. Default false.",
      }),
    ...runAsInputs,
    retry: z
      .strictObject({
        attempts: z.number().int().min(1).max(100).meta({ description: "How often to try in all." }),
        delaySeconds: z
          .number()
          .nonnegative()
          .max(3600)
          .optional()
          .meta({ description: "Pause between attempts, in seconds. Default 5." }),
      })
      .optional()
      .meta({
        examples: [{ attempts: 3, delaySeconds: 10 }],
        description: "Try again when the exit code is not accepted.",
      }),
    logPaths: z
      .array(guestPathSchema)
      .optional()
      .meta({
        examples: [["/var/log/app-install.log"]],
        description: "Files in the guest to fetch after each run, also after a failed one; they come back as `logs`.",
      }),
    logDirectory: z
      .string()
      .min(1)
      .optional()
      .meta({
        examples: ["./logs"],
        description:
          "Directory on the machine that runs Pulumi to save `logPaths` in, each as `<vm>-<path>` with `!` for the path's separators; " +
          "`logs` then tells the local paths.",
      }),
    logLimitBytes: z
      .number()
      .int()
      .positive()
      .max(1024 ** 4)
      .optional()
      .meta({
        examples: [1073741824],
        description:
          "How much of each log is saved in `logDirectory`, in bytes; what is beyond is cut, with a warning. Default 104857600.",
      }),
    outputLimitBytes: z
      .number()
      .int()
      .positive()
      .max(64 * 1024 * 1024)
      .optional()
      .meta({
        examples: [65536],
        description:
          "How much of each of stdout and stderr is kept, in bytes; what is beyond is cut and marked. Default 1048576.",
      }),
    transfer: transferSchema.optional().meta({
      examples: ["inBand"],
      description:
        "How secrets, inputs and outputs too large for a request, and logs travel: `direct` to the ESXi host, `inBand` through vCenter " +
        "alone (slow; POSIX guests), `auto` direct and, where the host can't be reached, in-band, but never secrets. A change of it " +
        "does not run the program. Default: the provider's `transfer`.",
    }),
    logging: z
      .enum(["none", "stdout", "stderr", "stdoutAndStderr"])
      .optional()
      .meta({ examples: ["stdout"], description: "Which outputs are shown in Pulumi's log as well. Default `none`." }),
  })
  .superRefine((run, context) => {
    const given = (["program", "script", "create"] as const).filter((name) => run[name] !== undefined);
    if (given.length !== 1) {
      context.addIssue({
        code: "custom",
        path: [given[1] ?? "program"],
        message: "exactly one of program, script and create must be given",
      });
    }
    if (run.arguments !== undefined && run.program === undefined) {
      context.addIssue({ code: "custom", path: ["arguments"], message: "needs program" });
    }
    if (run.logDirectory !== undefined && run.logPaths === undefined) {
      context.addIssue({ code: "custom", path: ["logDirectory"], message: "needs logPaths" });
    }
    if (run.logLimitBytes !== undefined && run.logDirectory === undefined) {
      context.addIssue({ code: "custom", path: ["logLimitBytes"], message: "needs logDirectory" });
    }
    const { runAs, runAsPassword } = run;
    if (
      runAsPassword !== undefined &&
      (runAs === undefined || otherAccountOf(runAs, runAsPassword).method !== "sudo")
    ) {
      context.addIssue({ code: "custom", path: ["runAsPassword"], message: "needs runAs by sudo" });
    }
    if (run.interpreter !== undefined && run.script === undefined) {
      context.addIssue({ code: "custom", path: ["interpreter"], message: "needs script" });
    }
  });

export type GuestProgramRunInputs = z.infer<typeof guestProgramRunInputs>;

/** Inputs whose secrets a run's outputs may repeat. */
export const outputSources: readonly string[] = [
  "program",
  "arguments",
  "script",
  "create",
  "update",
  "delete",
  "environment",
  "stdin",
];

/** What came out of the last run. */
export const guestProgramRunState = z.object({
  ...guestProgramRunInputs.shape,
  ...commonState,
  exitCode: z.number().optional().meta({
    description:
      "Exit code of the last run, 128+n when it was ended by signal n. Unset while a guard kept it from running, and when a reboot cut it off.",
  }),
  stdout: z
    .string()
    .meta({ description: "Standard output of the last run, without its last line end.", secretWhen: outputSources }),
  stderr: z
    .string()
    .meta({ description: "Standard error of the last run, without its last line end.", secretWhen: outputSources }),
  stdoutBase64: z
    .string()
    .optional()
    .meta({ description: "The bytes of stdout, when they are not UTF-8 text.", secretWhen: outputSources }),
  stderrBase64: z
    .string()
    .optional()
    .meta({ description: "The bytes of stderr, when they are not UTF-8 text.", secretWhen: outputSources }),
  logs: z.record(z.string(), z.string()).optional().meta({
    description: "Contents of `logPaths` by path, or local paths with `logDirectory`.",
    secretWhen: outputSources,
  }),
  startedAt: z
    .string()
    .optional()
    .meta({ description: "When the last run started (ISO 8601, clock of the machine that runs Pulumi)." }),
  endedAt: z.string().optional().meta({ description: "When its end was seen." }),
  succeeded: z.boolean().meta({ description: "False while the last run failed; the next up runs it again." }),
  created: z
    .boolean()
    .meta({ description: "True once the create command has succeeded; until then an update runs it, not `update`." }),
});

export type GuestProgramRunState = z.infer<typeof guestProgramRunState>;

export type GuestProgramRunTask = Task<GuestProgramRunInputs, GuestProgramRunState>;
