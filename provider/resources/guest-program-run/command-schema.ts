import { z } from "zod";
import { guestPathSchema } from "../../vocabulary/inputs";

const secretsInArguments =
  "hold a secret, and every process in the guest can see a program's arguments. Give it by stdin, environment, script or a " +
  "GuestFile instead, or pass it through pulumi.unsecret if it may be seen";

/** Arguments of a program. */
export const argumentsSchema = z.array(z.string()).meta({
  examples: [["restart", "app"]],
  description:
    "Arguments, each passed to the program as it stands; no shell looks at them. They must not hold secrets.",
  neverSecret: secretsInArguments,
});

/** What runs a script. */
export const interpreterSchema = z
  .string()
  .min(1)
  .meta({
    examples: ["bash", "python3", "powershell"],
    description:
      "What runs `script`: `sh` (default on POSIX), `bash`, `python3`, `cmd` (default on Windows), `powershell`, or the absolute path of any interpreter that takes a script file.",
  });

/** One command: a shell line, a program with arguments, or a script for an interpreter. */
export const commandSchema = z
  .union([
    z.string().min(1),
    z.strictObject({
      program: guestPathSchema.meta({ description: "Absolute path of the program." }),
      arguments: argumentsSchema.optional(),
    }),
    z.strictObject({
      script: z
        .string()
        .min(1)
        .meta({ examples: ["set -e\nmake install\n"], description: "Text of the script." }),
      interpreter: interpreterSchema.optional(),
    }),
  ])
  .meta({
    examples: ["systemctl restart app", { program: "/usr/bin/systemctl", arguments: ["restart", "app"] }],
    typeName: "GuestCommand",
    description: "A shell line, `{ program, arguments }`, or `{ script, interpreter }`.",
  });

export type Command = z.infer<typeof commandSchema>;

/** Which input a command stands in: its secrets decide how it travels, its name how it is called in errors. */
export type CommandInput = "program" | "script" | "create" | "update" | "delete" | "unless" | "onlyIf";

export interface NamedCommand {
  readonly input: CommandInput;
  readonly command: Command;
}
