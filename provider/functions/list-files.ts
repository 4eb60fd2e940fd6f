import { z } from "zod";
import { guestPathSchema } from "../vocabulary/inputs";
import { guestInput } from "./inputs";
import { fileEntry, fileEntrySchema } from "./file-entry";
import type { GuestFunction } from "./guest-function";
import { given } from "../values/given";

const inputs = z.strictObject({
  ...guestInput,
  path: guestPathSchema.meta({ examples: ["/etc/app"], description: "Absolute path of a directory in the guest." }),
  matchPattern: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Regular expression (PCRE, not anchored) that names have to match. Default: all.",
      examples: ["\\.conf$"],
    }),
});

const outputs = z.object({
  files: z.array(fileEntrySchema).meta({ description: "The entries, sorted by path, without `.` and `..`." }),
});

/** One directory, not what is below it. */
export const listFiles: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "listFiles",
  description:
    "Lists a directory in a guest, with type, size, times, mode and owner of each entry. VMware Tools leave out files that the guest login may not open.",
  example: {
    title: "The drop-ins of a unit",
    arguments: 'vm: "web-1", path: "/etc/app/conf.d", matchPattern: "conf$"',
    output: "files",
  },
  inputs,
  outputs,
  async call(target, { path, matchPattern }, op) {
    const files = (await target.guest()).files;
    const entries = await files.list(path, op, given({ matchPattern }));
    return { files: entries.map(fileEntry) };
  },
};
