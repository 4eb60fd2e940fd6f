import { pathKey } from "../../guest/paths/normal-path";
import type { Place, RemovalTask } from "../resource-kind";

/** The object at a path in the guest, with `more` of what belongs to it. */
export function placeOf({ path }: { readonly path: string }, more: Pick<Place, "claims" | "copies"> = {}): Place {
  return { key: pathKey(path), isExclusive: true, ...more };
}

/** What a record tells of the object's time before it. */
interface Known {
  readonly created?: boolean | undefined;
  readonly backupPath?: string | undefined;
}

/**
 * True where another resource of this operation has the object, so that it stays; says so. `known` is what the record that
 * goes knows: where the other one met the object without it (a rename without alias, a taint), that is said too.
 */
export async function isHeldByAnother(
  { guest, others, op }: Pick<RemovalTask<object>, "guest" | "others" | "op">,
  path: string,
  known: Known = {},
): Promise<boolean> {
  const holder = await others.heldBy(path);
  if (holder === undefined) return false;
  const left = `${guest.vm.name} ${path}: is left, since ${holder} has it now`;
  const lost = others.isTakenOver ? undefined : lostWith(known, holder);
  if (lost === undefined) op.log.info(left);
  else op.log.warn(`${left}. ${lost} Where a resource only gets another name, an alias (aliases) keeps its record.`);
  return true;
}

function lostWith({ created, backupPath }: Known, holder: string): string | undefined {
  if (backupPath !== undefined) {
    return `What was there before is in the copy ${backupPath}, of which ${holder} does not know: put it back by hand when that goes.`;
  }
  return created === true ? `${holder} takes it for one that was there before, and leaves it when it goes.` : undefined;
}
