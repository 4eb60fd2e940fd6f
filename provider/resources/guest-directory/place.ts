import { familyOf } from "../../guest/paths/normal-path";
import { nameKey } from "../../guest/paths/path";
import { placeOf } from "../file-system/place";
import type { Place } from "../resource-kind";
import { treeToCompare } from "./source/directory-source";
import type { GuestDirectoryInputs } from "./schema";
import { exclusion } from "./source/exclusion";

/** The directory, and with `source` the files that it brings; with `purge` whatever is below it. */
export function directoryPlace(want: GuestDirectoryInputs): Place {
  if (want.source === undefined) return placeOf(want);
  const isExcluded = exclusion(want.exclude);
  const family = familyOf(want.path);
  const claims = async (relative: string, signal: AbortSignal) => {
    if (isExcluded(relative)) return false;
    const tree = await treeToCompare(want, undefined, signal);
    const holds = (paths: Iterable<string>) => [...paths].some((path) => nameKey(path, family) === relative);
    if (holds(tree?.files.keys() ?? [])) return true;
    return want.purge === true && !holds(tree?.directories ?? []);
  };
  return placeOf(want, { claims });
}
