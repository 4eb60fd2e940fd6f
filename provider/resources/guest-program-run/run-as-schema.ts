import { z } from "zod";
import type { OtherAccount } from "../../guest/programs/posix/other-account";

/** The inputs of GuestProgramRun that name another account. */
export const runAsInputs = {
  runAs: z
    .union([
      z.string().min(1),
      z.strictObject({
        user: z.string().min(1).meta({ description: "Account in the guest." }),
        method: z
          .enum(["sudo", "su"])
          .optional()
          .meta({ description: "`sudo` (default), or `su`, which needs the login to be root." }),
      }),
    ])
    .optional()
    .meta({
      examples: ["app", { user: "app", method: "su" }],
      description:
        "Other account to run all commands as, guards too: a name, or `{ user, method }`. POSIX guests only. sudo must let the " +
        "login run `/bin/sh` as that account, without a terminal (no `requiretty`); the program itself is enough where " +
        "neither environment nor stdin is given.",
    }),
  runAsPassword: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["…"],
      secret: true,
      operational: true,
      description:
        "Password that sudo asks the login for with `runAs`. Without it sudo must not ask. A change of it alone is no difference.",
    }),
};

/** The account that `runAs` means, and how to come to it. */
export function otherAccountOf(
  runAs: string | { readonly user: string; readonly method?: "sudo" | "su" | undefined },
  password: string | undefined,
): OtherAccount {
  const { user, method = "sudo" } = typeof runAs === "string" ? { user: runAs } : runAs;
  return { user, method, password };
}
