import { z } from "zod";
import { guestInput } from "./inputs";
import type { GuestFunction } from "./guest-function";

const inputs = z.strictObject({
  ...guestInput,
  name: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Only processes of this program, by the name of its file.", examples: ["sshd"] }),
  owner: z
    .string()
    .min(1)
    .optional()
    .meta({ examples: ["app"], description: "Only processes of this account." }),
});

const processSchema = z
  .object({
    pid: z.number().int().meta({ description: "Process id." }),
    owner: z.string().meta({ description: "Account that it runs as." }),
    name: z.string().meta({ description: "Name of the program's file, without directories." }),
  })
  .meta({ typeName: "GuestProcess", description: "A process of the guest." });

const outputs = z.object({
  processes: z.array(processSchema).meta({ description: "The processes, by process id." }),
});

/** Processes as they are now; command lines are left out, since they may hold secrets of others. */
export const listProcesses: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "listProcesses",
  description: "Lists the processes that run in a guest.",
  example: { title: "Running servers", arguments: 'vm: "web-1", name: "nginx"', output: "processes" },
  inputs,
  outputs,
  async call(target, { name, owner }, op) {
    const processes = await (await target.guest()).processes(op);
    const wanted = processes.filter(
      (one) => (name === undefined || one.name === name) && (owner === undefined || one.owner === owner),
    );
    return { processes: wanted.sort((a, b) => a.pid - b.pid) };
  },
};
