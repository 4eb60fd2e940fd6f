import { GuestError } from "../../errors/guest-error";
import type { GuestFileAttributesSpec } from "../../vim/guest-operations/guest-file";
import { given } from "../../values/given";
import type { FileAttributes } from "../guest";

/** The API's form of attributes. The other family's attributes are refused before anything is sent. */
export function attributesSpec(attributes: FileAttributes): GuestFileAttributesSpec {
  const { mode, ownerId, groupId, modifiedAt, hidden, readOnly } = attributes;
  const posix = { permissions: mode === undefined ? undefined : mode & 0o7777, ownerId, groupId };
  const windows = { hidden, readOnly };
  const times = { modificationTime: modifiedAt };
  if (!anySet(windows)) return given({ ...times, ...posix });
  if (!anySet(posix)) return given({ family: "windows" as const, ...times, ...windows });
  throw new GuestError(
    "INVALID_INPUT",
    "mode, owner and group are attributes of POSIX guests, hidden and readOnly of Windows guests: no file has both.",
  );
}

function anySet(fields: object): boolean {
  return Object.values(fields).some((value) => value !== undefined);
}
