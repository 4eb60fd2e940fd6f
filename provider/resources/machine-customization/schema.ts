import { z } from "zod";
import type { Task } from "../resource-kind";
import { guestDirectoryInputs } from "../guest-directory/schema";
import { guestFileInputs } from "../guest-file/schema";
import { guestProgramRunInputs } from "../guest-program-run/schema";
import { commonInputs, commonState } from "../../vocabulary/inputs";

/** Inputs that say which machine, or that are secret by themselves, which would make a whole list secret. */
const leftOut = ["vm", "guest", "timeoutSeconds", "runAsPassword"] as const;
type Left<S> = Omit<S, (typeof leftOut)[number]>;

/** The inputs of another kind without those; rules over several of them stay. */
function within<S extends z.ZodRawShape>(schema: z.ZodObject<S>, typeName: string, description: string) {
  const names: readonly string[] = leftOut;
  const shape = Object.fromEntries(Object.entries(schema.shape).filter(([name]) => !names.includes(name)));
  const definition = { ...schema._zod.def, shape } as unknown as typeof schema._zod.def;
  const cloned = z.core.clone(schema, definition) as unknown;
  return (cloned as z.ZodObject<Left<S>>).meta({ typeName, description });
}

const contents = ["directories", "files", "programs"];

/** What a program declares of all that one machine is to have. */
export const machineCustomizationInputs = z.strictObject({
  ...commonInputs,
  powerOn: z
    .boolean()
    .optional()
    .meta({
      operational: true,
      examples: [true],
      description: "Power the machine on where it is off, before an up works in it. Default false.",
    }),
  directories: z
    .array(within(guestDirectoryInputs, "CustomizationDirectory", "A directory, as a GuestDirectory declares it."))
    .optional()
    .meta({
      examples: [[{ path: "/opt/app", source: "./app" }]],
      description: "Directories, in this order, each as a GuestDirectory declares it.",
    }),
  files: z
    .array(within(guestFileInputs, "CustomizationFile", "A file, as a GuestFile declares it."))
    .optional()
    .meta({
      examples: [[{ path: "/etc/app.conf", content: "listen = 8080\n" }]],
      description: "Files, after the directories, each as a GuestFile declares it.",
    }),
  programs: z
    .array(within(guestProgramRunInputs, "CustomizationProgram", "A program run, as a GuestProgramRun declares it."))
    .optional()
    .meta({
      examples: [[{ script: "/opt/app/install.sh", logPaths: ["/var/log/install.log"] }]],
      description:
        "Programs, run after the files in this order, each as a GuestProgramRun declares it; `logPaths` brings their logs back. They are run " +
        "again when what is declared of them changes, and when a directory, file or program before them was changed.",
    }),
  onFailure: z
    .enum(["fail", "record"])
    .optional()
    .meta({
      operational: true,
      examples: ["record"],
      description:
        "`fail` (default): what goes wrong fails the deploy. `record`: it is recorded in `failure`, and the next up tries again; so one machine " +
        "never keeps the others from being worked on.",
    }),
});

export type MachineCustomizationInputs = z.infer<typeof machineCustomizationInputs>;

const stepSchema = z
  .object({
    step: z.string().meta({ description: "What it is about: `file /etc/app.conf`, `program 1`." }),
    outcome: z
      .enum(["changed", "unchanged", "failed", "notReached"])
      .meta({ typeName: "CustomizationOutcome", description: "What became of it in the last up." }),
  })
  .meta({ typeName: "CustomizationStep", description: "One thing of a machine's customization." });

/** What is known of the machine after the last look or change. */
export const machineCustomizationState = z.object({
  ...machineCustomizationInputs.shape,
  ...commonState,
  succeeded: z.boolean().meta({ description: "False while the last up failed; the next one tries again." }),
  failure: z.string().optional().meta({ description: "Why the last up failed, and at what.", secretWhen: contents }),
  steps: z.array(stepSchema).meta({ description: "What became of each in the last up.", secretWhen: contents }),
  logs: z
    .record(z.string(), z.string())
    .meta({ description: "Logs that the programs' `logPaths` brought back, by path.", secretWhen: contents }),
  made: z
    .record(z.string(), z.unknown())
    .meta({ description: "What is recorded of each directory, file and program.", secretWhen: contents }),
});

export type MachineCustomizationState = z.infer<typeof machineCustomizationState>;

export type MachineCustomizationTask = Task<MachineCustomizationInputs, MachineCustomizationState>;
