import { pathKey } from "../../guest/paths/normal-path";
import { placeOf } from "../file-system/place";
import type { Place } from "../resource-kind";
import { backupPath } from "./backup-path";
import type { GuestFileInputs } from "./schema";

/** The file, and with `backup` the copy of what was there before. */
export function filePlace(want: GuestFileInputs): Place {
  if (want.backup === undefined) return placeOf(want);
  return placeOf(want, { copies: [pathKey(backupPath(want.backup, want.path))] });
}
