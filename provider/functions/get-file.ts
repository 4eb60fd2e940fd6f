import { z } from "zod";
import { guestPathSchema } from "../vocabulary/inputs";
import { guestInput } from "./inputs";
import { fileEntry, fileEntrySchema } from "./file-entry";
import type { GuestFunction } from "./guest-function";

const inputs = z.strictObject({
  ...guestInput,
  path: guestPathSchema.meta({ examples: ["/etc/app/app.conf"], description: "Absolute path in the guest." }),
});

const outputs = z.object({
  exists: z.boolean().meta({ description: "Whether anything is at the path." }),
  file: fileEntrySchema
    .optional()
    .meta({ description: "What is there; absent when nothing is, or when the guest login may not look at it." }),
});

/** stat(2) of one path, through the same shared look that resources use. */
export const getFile: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "getFile",
  description:
    "Looks at one path in a guest: whether it exists, what it is, size, times, mode and owner. Links are not followed, contents not read.",
  example: { title: "Whether a file exists", arguments: 'vm: "web-1", path: "/etc/app.conf"', output: "exists" },
  inputs,
  outputs,
  async call(target, { path }, op) {
    const found = await (await target.guest()).files.find(path, op);
    return { exists: found.kind !== "absent", ...(found.kind === "seen" ? { file: fileEntry(found.stat) } : {}) };
  },
};
