import { z } from "zod";

/** Properties as the dynamic host hands them over: plain JSON, unknowns as sentinels. */
export type Wire = Readonly<Record<string, unknown>>;

/** What the engine tells a native provider of a resource, but no dynamic one; in the words of the program. */
const optionsSchema = z.object({
  urn: z.string().optional(),
  ignoreChanges: z.array(z.string()).optional(),
  replaceOnChanges: z.array(z.string()).optional(),
  customTimeouts: z
    .object({ create: z.string().optional(), update: z.string().optional(), delete: z.string().optional() })
    .optional(),
});

/** The hidden input `__options`. All of it may be missing: programs and states of older versions have none. */
export type DeclaredOptions = z.infer<typeof optionsSchema>;

/** Names of the inputs that are secret: the hidden input `__secrets`. */
export function secretNames(wire: Wire): ReadonlySet<string> {
  const names = wire.__secrets;
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
}

export function declaredOptions(wire: Wire): DeclaredOptions {
  return optionsSchema.safeParse(wire.__options).data ?? {};
}

/** What of the hidden inputs is recorded, since delete and refresh see the state alone; the host itself adds `__provider`. */
export function kept(wire: Wire): Wire {
  const { __options } = wire;
  return { __secrets: [...secretNames(wire)], ...(__options === undefined ? {} : { __options }) };
}
