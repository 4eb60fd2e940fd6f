import type { RegistryKeyName } from "../../guest/guest";
import type { GuestRegistryKeyInputs } from "./schema";

/** The key that inputs or a record name. */
export function keyOf({ path, view = "native" }: Pick<GuestRegistryKeyInputs, "path" | "view">): RegistryKeyName {
  return { path, view };
}
