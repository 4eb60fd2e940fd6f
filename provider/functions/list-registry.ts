import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { registryPathSchema, registryViewSchema } from "../vocabulary/inputs";
import type { RegistryValue } from "../guest/guest";
import type { GuestFunction } from "./guest-function";
import { guestInput } from "./inputs";

const inputs = z.strictObject({
  ...guestInput,
  path: registryPathSchema.meta({
    examples: ["HKLM\\SOFTWARE\\Acme"],
    description: "A key of the registry; short names of roots will do.",
  }),
  view: registryViewSchema
    .optional()
    .meta({ examples: ["32"], description: "The registry as 32 or 64 bit programs see it. Default `native`." }),
});

const valueSchema = z
  .object({
    name: z.string().meta({ description: "Name; empty for the key's default value." }),
    type: z
      .enum(["string", "expandString", "multiString", "dword", "qword", "binary"])
      .meta({ typeName: "RegistryValueType", description: "Type of the value." }),
    value: z.string().meta({
      description:
        "The value as text: numbers in decimal, bytes in base64, lines of a multiString each ended by a line feed.",
    }),
  })
  .meta({ typeName: "ListedRegistryValue", description: "A value of a registry key." });

const outputs = z.object({
  exists: z.boolean().meta({ description: "False where there is no such key; lists are empty then." }),
  keys: z.array(z.string()).meta({ description: "Names of the keys just below it." }),
  values: z.array(valueSchema).meta({ description: "Its values, by name." }),
});

/** One key, not what is below it. */
export const listRegistry: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "listRegistry",
  description: "Lists a key in the registry of a Windows guest: its values, and the names of the keys just below it.",
  example: {
    title: "The version of Windows",
    arguments: 'vm: "win-1", path: "HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows NT\\\\CurrentVersion"',
    output: "values",
  },
  inputs,
  outputs,
  async call(target, { path, view = "native" }, op) {
    const guest = await target.guest();
    if (guest.family !== "windows")
      throw new GuestError("INVALID_INPUT", `${guest.vm.name} ${path}: only Windows guests have a registry.`);
    const key = { path, view };
    const values = await guest.registry.values(key, op);
    if (values === undefined) return { exists: false, keys: [], values: [] };
    const keys = (await guest.registry.subkeys(key, op)) ?? [];
    return { exists: true, keys: keys.sort(), values: values.map(listed).sort((a, b) => (a.name < b.name ? -1 : 1)) };
  },
};

function listed({ name, data }: RegistryValue): z.infer<typeof valueSchema> {
  const { type, value } = data;
  if (type === "binary") return { name, type, value: value.toString("base64") };
  return { name, type, value: type === "multiString" ? value.map((line) => `${line}\n`).join("") : String(value) };
}
