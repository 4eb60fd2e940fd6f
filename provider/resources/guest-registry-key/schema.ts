import { z } from "zod";
import type { Task } from "../resource-kind";
import { changeState } from "../file-system/changed-at";
import { importState } from "../file-system/inputs";
import { normalRegistryPath } from "../../guest/paths/registry-path";
import {
  commonInputs,
  commonState,
  pathsAreTold,
  registryPathSchema,
  registryViewSchema,
} from "../../vocabulary/inputs";
import { registryValueSchema } from "./values";

/** What a program declares of a key in a Windows guest's registry. */
export const guestRegistryKeyInputs = z.strictObject({
  ...commonInputs,
  path: registryPathSchema.meta({
    replaces: true,
    notation: (path) => normalRegistryPath(path)?.toLowerCase(),
    neverSecret: pathsAreTold,
    examples: ["HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme"],
    description:
      "The key, below one of the roots, whose short names will do: `HKLM\\SOFTWARE\\Acme`. Missing keys above it are made.",
  }),
  view: registryViewSchema.optional().meta({
    replaces: true,
    examples: ["32"],
    description: "The registry as 32 or 64 bit programs see it. Default `native`: as the guest's system does.",
  }),
  values: z
    .record(z.string(), registryValueSchema)
    .optional()
    .meta({
      seenInGuest: true,
      examples: [{ Version: "1.2", Debug: { dword: 0 } }],
      description: "Values by name; the empty name is the key's default value. Others are left alone, unless `purge`.",
    }),
  purge: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description: "Remove values of the key that are not declared. Subkeys stay. Default false.",
    }),
  onExists: z
    .enum(["adopt", "error"])
    .optional()
    .meta({
      examples: ["error"],
      description: "What create does where the key is there already: `adopt` (default) takes it over, `error` refuses.",
    }),
  recursiveDelete: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description:
        "On delete remove the key with all that is in it, also where it was there before. Without it only what this resource made goes: " +
        "a key that holds more is refused, and one that was there before is left. Default false.",
    }),
});

export type GuestRegistryKeyInputs = z.infer<typeof guestRegistryKeyInputs>;

/** What is known of the key after the last look or change. */
export const guestRegistryKeyState = z.object({
  ...guestRegistryKeyInputs.shape,
  ...commonState,
  created: z.boolean().meta({ description: "True when this resource made the key, false when it was there before." }),
  adopted: z
    .array(z.string())
    .optional()
    .meta({ description: "Names of those `values` that were there before: they stay on delete.", tellsOf: ["values"] }),
  createdParents: z
    .array(z.string())
    .optional()
    .meta({ description: "Keys above it that were made for it, the nearest first." }),
  ...changeState,
  ...importState,
});

export type GuestRegistryKeyState = z.infer<typeof guestRegistryKeyState>;

export type GuestRegistryKeyTask = Task<GuestRegistryKeyInputs, GuestRegistryKeyState>;
