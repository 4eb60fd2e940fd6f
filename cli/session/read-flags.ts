import type { z } from "zod";
import { usage } from "../output/usage-error";

/** Flags as they have to be; a usage error says which is not. `written`: how a name is written, where it is no flag. */
export function read<T>(schema: z.ZodType<T>, value: unknown, written: (name: string) => string = flag): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.map(({ path, message }) => `${path.map(String).map(written).join(" ")}: ${message}`);
  throw usage(told.join("\n"));
}

/** `guestUser` is `--guest-user`. */
function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
