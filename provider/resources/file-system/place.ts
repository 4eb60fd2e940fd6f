import { pathKey } from "../../guest/paths/normal-path";
import type { Place, RemovalTask } from "../resource-kind";

/** The object at a path in the guest, with `more` of what belongs to it. */
export function placeOf({ path }: { readonly path: string }, more: Pick<Place, "claims" | "copies"> = {}): Place {
  return { key: pathKey(path), isExclusive: true, ...more };
}

/** True where another resource of this operation has the object, so that it stays; says so. */
export async function isHeldByAnother(
  { guest, others, op }: Pick<RemovalTask<object>, "guest" | "others" | "op">,
  path: string,
): Promise<boolean> {
  const holder = await others.heldBy(path);
  if (holder !== undefined) op.log.info(`${guest.vm.name} ${path}: is left, since ${holder} has it now`);
  return holder !== undefined;
}
