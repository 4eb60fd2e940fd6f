import { z } from "zod";
import { guestInput } from "./inputs";
import type { GuestFunction } from "./guest-function";

const inputs = z.strictObject({
  ...guestInput,
  names: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: "Variables to read. Default: all.", examples: [["PATH", "HOME"]] }),
});

const outputs = z.object({
  variables: z
    .record(z.string(), z.string())
    .meta({ description: "Values by name; variables that are not set are left out." }),
});

/** The environment that VMware Tools gives to programs of the login. */
export const getEnvironment: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "getEnvironment",
  description: "Reads environment variables as programs started through VMware Tools see them.",
  example: { title: "Where programs are looked for", arguments: 'vm: "web-1", names: ["PATH"]', output: "variables" },
  inputs,
  outputs,
  async call(target, { names }, op) {
    return { variables: Object.fromEntries(await (await target.guest()).environment(names ?? [], op)) };
  },
};
